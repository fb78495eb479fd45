package dev.vls.bench.guest;

import dev.vls.drivers.net.EchoLink;
import dev.vls.drivers.net.NetLink;
import dev.vls.drivers.net.StreamLink;
import dev.vls.sma.HostException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** What sends a network card's frames back, each as it is and in order. */
public enum NetChoice {
  /** The back-end's own thread, in the memory of this process. */
  MEMORY,
  /** An {@link EchoServer} at the other end of a Unix domain socket in the bench's folder. */
  SOCKET;

  /**
   * Opens a link on which every frame comes back; whatever is behind it is closed with it.
   *
   * @param folder where a socket may lie; one from before is replaced
   * @param failure told once when the link is gone
   * @throws HostException if the socket cannot be made
   */
  NetLink open(Path folder, Consumer<HostException> failure) throws HostException {
    return switch (this) {
      case MEMORY -> new EchoLink();
      case SOCKET -> Served.open(folder, failure);
    };
  }

  /** A link and the server that it is connected to. */
  private record Served(EchoServer server, StreamLink link) implements NetLink {
    static Served open(Path folder, Consumer<HostException> failure) throws HostException {
      EchoServer server = EchoServer.open(folder);
      try {
        return new Served(server, StreamLink.connect(server.path(), failure));
      } catch (HostException e) {
        server.close();
        throw e;
      }
    }

    @Override
    public void open(Receiver receiver) {
      link.open(receiver);
    }

    @Override
    public void send(byte[] frame) throws HostException {
      link.send(frame);
    }

    @Override
    public void close() {
      link.close();
      server.close();
    }
  }
}

package dev.vls.drivers.console;

import dev.vls.sma.Backend;
import dev.vls.sma.Channel;
import dev.vls.sma.HostException;
import dev.vls.sma.OutputMessage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * The console as a raw byte stream on a listening socket, TCP or Unix, for stock clients such as nc
 * and socat.
 *
 * <p>One client at a time; a new one takes the place of the old. While nobody is connected the
 * newest {@link #BACKLOG_BYTES} of output wait. A client that only ends its own sending direction
 * goes on receiving.
 *
 * <p>Plain blocking channels of the JDK and not Netty: two threads and no framing are all that is
 * needed, and Unix sockets work on every platform without a native library.
 */
public final class SocketConsole implements Backend {
  /** Output that is kept for the next client. */
  public static final int BACKLOG_BYTES = 256 * 1024;

  private static final int CHUNK_BYTES = 1024;

  private final ServerSocketChannel listener;
  private final Consumer<HostException> failure;
  private final ConsoleFeed feed = new ConsoleFeed("console-feed", CHUNK_BYTES);
  private final SocketOutput output = new SocketOutput(BACKLOG_BYTES);
  private final ConsoleWriter writer;
  private final Thread server;

  private SocketConsole(ServerSocketChannel listener, Consumer<HostException> failure) {
    this.listener = listener;
    this.failure = failure;
    writer = new ConsoleWriter("console-socket-output", output, failure, ConsoleWriter.BRIEFLY);
    server = Thread.ofPlatform().name("console-socket").daemon().unstarted(this::serve);
  }

  /** Listens on a TCP address; port 0 chooses one. */
  public static SocketConsole tcp(InetSocketAddress address, Consumer<HostException> failure)
      throws HostException {
    try {
      ServerSocketChannel listener = ServerSocketChannel.open();
      listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      listener.bind(address);
      return new SocketConsole(listener, failure);
    } catch (IOException cause) {
      throw cannotListen(address.toString(), cause);
    }
  }

  /**
   * Listens on a Unix socket at {@code path}; a socket there that nobody serves any more is
   * replaced.
   */
  public static SocketConsole unix(Path path, Consumer<HostException> failure)
      throws HostException {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(path);
    try {
      if (Files.exists(path) && !served(address)) {
        Files.delete(path);
      }
      ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      listener.bind(address);
      return new SocketConsole(listener, failure);
    } catch (IOException cause) {
      throw cannotListen(path.toString(), cause);
    }
  }

  private static boolean served(UnixDomainSocketAddress address) throws IOException {
    if (Files.isRegularFile(address.getPath()) || Files.isDirectory(address.getPath())) {
      return true; // not a socket: not ours to delete
    }
    try (SocketChannel probe = SocketChannel.open(address)) {
      return probe.isConnected();
    } catch (IOException refused) {
      return false;
    }
  }

  private static HostException cannotListen(String where, IOException cause) {
    return new HostException(
        "the console cannot listen on "
            + where
            + ": "
            + cause.getMessage()
            + "; choose another address",
        cause);
  }

  /** Returns where clients connect to. */
  public SocketAddress address() throws HostException {
    try {
      return listener.getLocalAddress();
    } catch (IOException closed) {
      throw new HostException("the console's socket is closed", closed);
    }
  }

  @Override
  public void attach(Channel channel) {
    writer.attach(channel);
    feed.attach(channel);
    if (server.getState() == Thread.State.NEW) {
      server.start();
    }
  }

  private void serve() {
    try {
      while (true) {
        SocketChannel client = listener.accept();
        output.connect(client);
        writer.wake();
        Thread.ofVirtual().name("console-client").start(() -> read(client));
      }
    } catch (IOException cause) {
      if (listener.isOpen()) {
        failure.accept(
            new HostException("the console's socket failed: " + cause.getMessage(), cause));
      }
    }
  }

  private void read(SocketChannel client) {
    ByteBuffer buffer = ByteBuffer.allocate(CHUNK_BYTES);
    try {
      while (client.read(buffer) >= 0) {
        feed.write(buffer.array(), 0, buffer.position());
        buffer.clear();
      }
    } catch (IOException gone) {
      output.disconnect(client);
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void accept(OutputMessage message) {
    switch ((ConsoleMessage) message) {
      case ConsoleMessage.ConsoleBytes bytes -> writer.put(bytes.bytes());
      case ConsoleMessage.InputRoom room -> feed.room(room);
      case ConsoleMessage.InputAccepted accepted -> {}
    }
  }

  /** Sends a connected client what is left, closes everything, and removes a Unix socket's file. */
  @Override
  public void close() {
    try {
      SocketAddress address = listener.getLocalAddress();
      listener.close();
      if (address instanceof UnixDomainSocketAddress unix) {
        Files.deleteIfExists(unix.getPath());
      }
    } catch (IOException cause) {
      failure.accept(
          new HostException(
              "the console's socket cannot be removed: " + cause.getMessage(), cause));
    }
    feed.close();
    writer.close();
    output.close();
  }
}

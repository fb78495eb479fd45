package dev.vls.replay.demo;

import dev.vls.sma.HostException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Addresses for pairs whose two sides run on one machine. */
public final class Loopback {
  private Loopback() {}

  /**
   * Returns ports of the loopback address on which nobody listens now.
   *
   * @throws HostException if there are not so many
   */
  public static List<InetSocketAddress> freePorts(int count) throws HostException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      List<InetSocketAddress> ports = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        sockets.add(socket);
        ports.add(new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort()));
      }
      for (ServerSocket socket : sockets) {
        socket.close();
      }
      return ports;
    } catch (IOException e) {
      throw new HostException("no free port on the loopback address: " + e.getMessage(), e);
    }
  }

  /** Returns an address as the command line takes it. */
  public static String text(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }
}

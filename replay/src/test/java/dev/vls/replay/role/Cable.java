package dev.vls.replay.role;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The network between a leader and its follower, which can be cut or fall silent. */
public final class Cable implements AutoCloseable {
  private final InetSocketAddress target;
  private final ServerSocket server;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private boolean silent;

  /** Carries whatever connects to {@link #address} to {@code target}. */
  public Cable(InetSocketAddress target) throws IOException {
    this.target = target;
    server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /** Returns where to connect instead of the target. */
  public InetSocketAddress address() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  /** From now on nothing passes, and nobody is told. */
  public synchronized void fallSilent() {
    silent = true;
  }

  /** Ends all connections. */
  public void cut() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    cut();
    synchronized (this) {
      silent = false;
      notifyAll();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket near = server.accept();
        Socket far = new Socket(target.getAddress(), target.getPort());
        sockets.addAll(List.of(near, far));
        Thread.ofVirtual().start(() -> carry(near, far));
        Thread.ofVirtual().start(() -> carry(far, near));
      }
    } catch (IOException closed) {
      sockets.forEach(Cable::closeQuietly);
    }
  }

  private void carry(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] octets = new byte[65_536];
      for (int count = in.read(octets); count >= 0; count = in.read(octets)) {
        awaitSound();
        out.write(octets, 0, count);
      }
    } catch (IOException | InterruptedException ended) {
      closeQuietly(from);
    }
  }

  private synchronized void awaitSound() throws InterruptedException {
    while (silent) {
      wait();
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}

package dev.vls.replay.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Somebody at a guest's console: remembers what it showed, and waits for it. */
final class GuestTerminal {
  private static final long LIMIT_NS = TimeUnit.MINUTES.toNanos(4);

  private final StringBuilder shown = new StringBuilder();
  private final BooleanSupplier alive;

  /** Creates one. {@code alive} says whether more may come. */
  GuestTerminal(BooleanSupplier alive) {
    this.alive = alive;
  }

  /** Takes output. Any thread. */
  synchronized void show(byte[] bytes) {
    shown.append(new String(bytes, ISO_8859_1));
    notifyAll();
  }

  /** Returns all that was shown. */
  synchronized String text() {
    return shown.toString();
  }

  /** Waits until {@code text} is on it. */
  synchronized void await(String text) throws InterruptedException {
    long end = System.nanoTime() + LIMIT_NS;
    while (shown.indexOf(text) < 0) {
      if (System.nanoTime() > end || !alive.getAsBoolean()) {
        throw new AssertionError("no '" + text + "' in: " + shown);
      }
      wait(100); // in case that nothing more comes
    }
  }

  /**
   * Connects to a console at a Unix domain socket as soon as there is one, and shows what comes.
   *
   * @return where to type; closing it hangs up
   */
  OutputStream connect(Path socket) throws IOException, InterruptedException {
    while (!Files.exists(socket)) {
      if (!alive.getAsBoolean()) {
        throw new AssertionError("no console at " + socket);
      }
      TimeUnit.MILLISECONDS.sleep(20); // nothing tells when it is there
    }
    SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    Thread.ofVirtual().start(() -> read(channel));
    return Channels.newOutputStream(channel);
  }

  private void read(SocketChannel channel) {
    ByteBuffer buffer = ByteBuffer.allocate(4096);
    try {
      while (channel.read(buffer.clear()) >= 0) {
        byte[] bytes = new byte[buffer.flip().remaining()];
        buffer.get(bytes);
        show(bytes);
      }
    } catch (IOException e) {
      // hung up, by either side
    }
  }
}

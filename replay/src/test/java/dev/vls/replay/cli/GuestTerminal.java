package dev.vls.replay.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

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

  /** Waits until one of {@code texts} is on it. */
  synchronized void await(String... texts) throws InterruptedException {
    long end = System.nanoTime() + LIMIT_NS;
    while (Stream.of(texts).noneMatch(text -> shown.indexOf(text) >= 0)) {
      if (System.nanoTime() > end || !alive.getAsBoolean()) {
        throw new AssertionError("no '" + String.join("' or '", texts) + "' in: " + shown);
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
    read(Channels.newInputStream(channel));
    return Channels.newOutputStream(channel);
  }

  /** Shows what comes out of {@code stream}. */
  void read(InputStream stream) {
    Thread.ofVirtual().start(() -> readToEnd(stream));
  }

  private void readToEnd(InputStream stream) {
    byte[] buffer = new byte[4096];
    try {
      for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
        show(Arrays.copyOf(buffer, count));
      }
    } catch (IOException e) {
      // hung up, by either side
    }
  }
}

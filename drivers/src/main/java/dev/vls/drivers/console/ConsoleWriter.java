package dev.vls.drivers.console;

import dev.vls.sma.Channel;
import dev.vls.sma.HostException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * A thread that writes the console's output to a stream: every byte once, flushed whenever nothing
 * waits.
 *
 * <p>The queue is bounded by the output gate: it pauses the domain while too many bytes are not
 * {@link Channel#taken}. When the stream fails the failure is told once, and output is dropped from
 * there on, so that the guest does not stand still.
 */
final class ConsoleWriter implements AutoCloseable {
  private static final byte[] NOTHING = {};

  /** As long as it takes: a pager takes output when its user turns the page. */
  static final Duration UNTIL_TAKEN = Duration.ofDays(365);

  /** For streams whose reader may never come. */
  static final Duration BRIEFLY = Duration.ofSeconds(5);

  private final OutputStream stream;
  private final Consumer<HostException> failure;
  private final Duration patience;
  private final LinkedBlockingQueue<Item> queue = new LinkedBlockingQueue<>();
  private final Thread thread;
  private volatile Channel channel;
  private boolean failed;

  private record Item(byte[] bytes, boolean last) {}

  /**
   * Starts the thread.
   *
   * @param failure told of a stream that cannot be written to any more, on the writer's thread
   * @param patience how long {@link #close} waits for a stream that takes nothing
   */
  ConsoleWriter(
      String name, OutputStream stream, Consumer<HostException> failure, Duration patience) {
    this.stream = stream;
    this.failure = failure;
    this.patience = patience;
    thread = Thread.ofPlatform().name(name).daemon().start(this::run);
  }

  void attach(Channel next) {
    channel = next;
  }

  void put(byte[] bytes) {
    queue.add(new Item(bytes, false));
  }

  /** Makes the thread call the stream once, although there is nothing to write. */
  void wake() {
    put(NOTHING);
  }

  private void run() {
    try {
      for (Item next = queue.take(); !next.last(); next = queue.take()) {
        write(next.bytes());
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(byte[] bytes) {
    try {
      if (!failed) {
        stream.write(bytes);
        if (queue.isEmpty()) {
          stream.flush();
        }
      }
    } catch (IOException cause) {
      failed = true;
      failure.accept(
          new HostException(
              "the console's output cannot be written any more: " + cause.getMessage(), cause));
    }
    if (bytes.length > 0) {
      channel.taken(bytes.length);
    }
  }

  /**
   * Writes what waits and ends the thread; the stream stays open. What is left when the patience is
   * at its end is lost.
   */
  @Override
  public void close() {
    queue.add(new Item(NOTHING, true));
    try {
      if (!thread.join(patience)) {
        thread.interrupt();
      }
    } catch (InterruptedException interrupted) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}

package dev.vls.log.store;

import dev.vls.log.EndFrame;
import dev.vls.log.Event;
import dev.vls.log.LogException;
import dev.vls.log.LogException.Kind;
import dev.vls.log.LogPosition;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Appends events to a log directory.
 *
 * <p>{@link #append}, {@link #complete} and {@link #close} belong to one thread, the domain's. It
 * only enqueues: a thread of the writer's own encodes and does all I/O, in batches. A full queue
 * makes {@link #append} wait, which pauses the guest at an instruction boundary.
 */
public final class LogWriter implements AutoCloseable {
  private static final Duration FINISH = Duration.ofMinutes(10);

  private final EventQueue queue;
  private final LogCounters counters;
  private final WriterLoop loop;
  private final Thread thread;
  private Optional<LogPosition> last;
  private long sequence;
  private boolean closed;

  private LogWriter(
      LogWriterConfig config,
      LogCounters counters,
      LongConsumer durable,
      WriterLoop.Start start,
      Optional<LogPosition> last) {
    this.counters = counters;
    this.queue = new EventQueue(config.queueEvents(), config.queueBytes(), counters);
    this.loop = new WriterLoop(config, queue, counters, durable, start);
    this.last = last;
    this.sequence = start.sequence();
    this.thread = Thread.ofPlatform().name("vls-log-writer").daemon().unstarted(loop);
  }

  /**
   * Begins the first segment of a log that has none.
   *
   * @param durable told the new {@link #durableSequence} each time it grows, on the writer's
   *     thread; must return at once
   * @throws LogException if there is one (EXISTS), or the file system fails (IO)
   */
  public static LogWriter create(
      LogDirectory directory, LogWriterConfig config, LongConsumer durable) throws LogException {
    if (!directory.segmentNumbers().isEmpty()) {
      throw new LogException(
          Kind.EXISTS, directory.path() + " has events already; name a new directory");
    }
    try {
      SegmentWriter segment = SegmentWriter.create(directory, 0, 0);
      LogDirectory.sync(directory.path());
      WriterLoop.Start start = new WriterLoop.Start(directory, segment, 0, 0, 0, new ArrayList<>());
      return started(config, durable, start, Optional.empty());
    } catch (IOException e) {
      throw LogDirectory.failure("begin the log in", directory.path(), e);
    }
  }

  /**
   * Begins a log as {@link #create(LogDirectory, LogWriterConfig, LongConsumer)} does, with nobody
   * to tell.
   */
  public static LogWriter create(LogDirectory directory, LogWriterConfig config)
      throws LogException {
    return create(directory, config, durableSequence -> {});
  }

  /**
   * Goes on after the last whole event of a log that was cut; reads all of it first, and cuts the
   * torn tail off.
   *
   * @param durable as in {@link #create(LogDirectory, LogWriterConfig, LongConsumer)}
   * @throws LogException if the log is damaged or complete (EXISTS), or the file system fails
   */
  public static LogWriter resume(
      LogDirectory directory, LogWriterConfig config, LongConsumer durable) throws LogException {
    if (directory.segmentNumbers().isEmpty()) {
      return create(directory, config, durable);
    }
    ResumePoint point = ResumePoint.find(directory);
    try {
      WriterLoop.Start start =
          new WriterLoop.Start(
              directory,
              point.open(directory),
              point.segment(),
              point.sequence(),
              point.smaFrames(),
              point.index());
      return started(config, durable, start, point.last());
    } catch (IOException e) {
      throw LogDirectory.failure("go on with the log in", directory.path(), e);
    }
  }

  private static LogWriter started(
      LogWriterConfig config,
      LongConsumer durable,
      WriterLoop.Start start,
      Optional<LogPosition> last) {
    LogWriter writer = new LogWriter(config, new LogCounters(), durable, start, last);
    writer.thread.start();
    return writer;
  }

  /**
   * Appends an event; waits while the queue is full.
   *
   * @return its sequence number
   * @throws LogException if the writer's thread failed, now or earlier (IO); no later call succeeds
   * @throws IllegalArgumentException if its position does not come after the last one
   * @throws IllegalStateException if the writer is closed
   */
  public long append(Event event) throws LogException, InterruptedException {
    if (last.isPresent() && !event.position().isAfter(last.get())) {
      throw new IllegalArgumentException(
          "an event at " + event.position() + " cannot follow one at " + last.get());
    }
    queue.put(event);
    last = Optional.of(event.position());
    return sequence++;
  }

  /** Returns the sequence number that the next event gets; domain's thread only. */
  public long sequence() {
    return sequence;
  }

  /**
   * Returns n such that the events 0 to n - 1 are durable as the {@link SyncPolicy} says; any
   * thread.
   */
  public long durableSequence() {
    return loop.durableSequence();
  }

  /** Returns how many events wait for the writer's thread; any thread. */
  public int queueDepth() {
    return queue.depth();
  }

  /** Returns the counters; any thread. */
  public LogCounters counters() {
    return counters;
  }

  /**
   * Writes everything that waits, the end of the run, and the index, and closes: the log is
   * complete.
   *
   * @throws LogException if that failed, now or earlier; the log is cut then
   * @throws IllegalArgumentException if the end lies before the last event
   */
  public void complete(EndFrame end) throws LogException {
    LogPosition position = end.position();
    if (last.isPresent() && !position.equals(last.get()) && !position.isAfter(last.get())) {
      throw new IllegalArgumentException(
          "a run cannot end at " + position + " after an event at " + last.get());
    }
    loop.endWith(end);
    finish();
  }

  /**
   * Writes everything that waits and closes without an end: the log is cut after its last event.
   * Does nothing after {@link #complete}.
   *
   * @throws LogException if writing failed, now or earlier
   */
  @Override
  public void close() throws LogException {
    if (!closed) {
      finish();
    }
  }

  private void finish() throws LogException {
    if (closed) {
      throw new IllegalStateException("the log is closed");
    }
    closed = true;
    queue.close();
    awaitThread();
    loop.checkFinished();
  }

  /**
   * An interrupt is how users stop a run; it must not cost them the end of the log. It is kept for
   * the caller.
   */
  private void awaitThread() {
    boolean isInterrupted = false;
    long deadline = System.nanoTime() + FINISH.toNanos();
    while (thread.isAlive() && System.nanoTime() - deadline < 0) {
      try {
        thread.join(FINISH);
      } catch (InterruptedException e) {
        isInterrupted = true;
      }
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

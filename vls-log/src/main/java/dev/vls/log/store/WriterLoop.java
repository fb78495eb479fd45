package dev.vls.log.store;

import dev.vls.log.EndFrame;
import dev.vls.log.Event;
import dev.vls.log.LogException;
import dev.vls.log.LogException.Kind;
import dev.vls.log.frame.FrameEncoder;
import dev.vls.log.frame.FrameSizes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * The thread of a {@link LogWriter}: takes what waits, encodes it, writes it, syncs it, tells what
 * is durable.
 */
final class WriterLoop implements Runnable {
  private static final int BATCH_BYTES = 1 << 20;
  private static final long FOREVER_NS = Long.MAX_VALUE / 2;

  /** Where writing begins. */
  record Start(
      LogDirectory directory,
      SegmentWriter segment,
      int number,
      long sequence,
      long smaFrames,
      List<LogIndex.Entry> index) {}

  private final LogWriterConfig config;
  private final EventQueue queue;
  private final LogCounters counters;
  private final LongConsumer durableListener;
  private final LogDirectory directory;
  private final FrameEncoder encoder;
  private final IndexBuilder index;

  private SegmentWriter segment;
  private int number;
  private long sequence;
  private long smaFrames;
  private long pendingEvents;
  private long pendingFrames;
  private long nextSyncNs;

  private volatile long durable;
  private volatile EndFrame end;
  private volatile LogException failure;
  private volatile boolean finished;

  WriterLoop(
      LogWriterConfig config,
      EventQueue queue,
      LogCounters counters,
      LongConsumer durableListener,
      Start start) {
    this.config = config;
    this.queue = queue;
    this.counters = counters;
    this.durableListener = durableListener;
    this.directory = start.directory();
    this.encoder = new FrameEncoder(directory.seed());
    this.index = new IndexBuilder(start.index());
    this.segment = start.segment();
    this.number = start.number();
    this.sequence = start.sequence();
    this.smaFrames = start.smaFrames();
    this.durable = start.sequence();
    this.nextSyncNs = System.nanoTime();
  }

  long durableSequence() {
    return durable;
  }

  /** Makes the log complete when the queue has been closed and is empty; call before closing it. */
  void endWith(EndFrame frame) {
    end = frame;
  }

  /** Throws what went wrong, if something did. */
  void checkFinished() throws LogException {
    if (failure != null) {
      throw failure;
    }
    if (!finished) {
      throw new LogException(
          Kind.IO, "the log in " + directory + " is still waiting for its disk after ten minutes");
    }
  }

  @Override
  public void run() {
    try {
      if (segment.size() >= config.segmentBytes()) {
        // A log that is resumed may have lost the SEAL that its writer was about to write.
        roll();
      }
      List<Event> spare = new ArrayList<>();
      while (!queue.isClosed()) {
        List<Event> batch = queue.takeAll(spare, waitNs());
        write(batch);
        batch.clear();
        spare = batch;
      }
      finish();
      finished = true;
    } catch (IOException e) {
      fail(LogDirectory.failure("write to the log in", directory.path(), e));
    } catch (InterruptedException e) {
      fail(new LogException(Kind.IO, "the writer of " + directory + " was interrupted", e));
    } catch (RuntimeException e) {
      fail(new LogException(Kind.IO, "cannot write an event to " + directory + ": " + e, e));
    }
  }

  private void fail(LogException cause) {
    failure = cause;
    queue.fail(cause);
    try {
      segment.close();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private long waitNs() {
    return durable == sequence ? FOREVER_NS : Math.max(1, nextSyncNs - System.nanoTime());
  }

  private void write(List<Event> batch) throws IOException {
    for (Event event : batch) {
      encode(event);
      if (segment.size() + encoder.length() >= config.segmentBytes()) {
        flush();
        roll();
      } else if (encoder.length() >= BATCH_BYTES) {
        flush();
      }
    }
    flush();
    if (durable != sequence) {
      settle();
    }
  }

  private void encode(Event event) {
    long offset = segment.size() + encoder.length();
    int before = encoder.length();
    index.event(event.position(), sequence, number, offset);
    encoder.event(sequence, event);
    int brkBytes = FrameSizes.brk(event.brk());
    counters.event(event.sma().size(), encoder.length() - before - brkBytes, brkBytes);
    sequence++;
    smaFrames += event.sma().size();
    pendingEvents++;
    pendingFrames += event.sma().size() + 1;
  }

  private void flush() throws IOException {
    if (encoder.length() > 0) {
      segment.write(encoder.buffer(), encoder.length(), pendingEvents, pendingFrames);
      encoder.clear();
      pendingEvents = 0;
      pendingFrames = 0;
      counters.batch();
    }
  }

  private void roll() throws IOException {
    segment.seal(encoder, sequence);
    if (config.sync().target() == SyncPolicy.Target.DISK) {
      segment.sync();
    }
    segment.close();
    number++;
    segment = SegmentWriter.create(directory, number, sequence);
    LogDirectory.sync(directory.path());
  }

  private void settle() throws IOException {
    if (config.sync().target() == SyncPolicy.Target.DISK) {
      long now = System.nanoTime();
      if (now - nextSyncNs < 0) {
        return;
      }
      segment.sync();
      counters.sync();
      nextSyncNs = now + config.sync().interval().toNanos();
    }
    durable = sequence;
    durableListener.accept(sequence);
  }

  private void finish() throws IOException {
    EndFrame last = end;
    if (last != null) {
      encoder.end(last, sequence, smaFrames);
      pendingFrames++;
      flush();
      segment.seal(encoder, sequence);
    }
    segment.sync();
    segment.close();
    if (durable != sequence) {
      durable = sequence;
      durableListener.accept(sequence);
    }
    directory.replace(
        LogDirectory.INDEX, index.encode(directory.seed(), number + 1, segment.size()));
  }
}

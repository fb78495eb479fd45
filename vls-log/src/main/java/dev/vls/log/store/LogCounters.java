package dev.vls.log.store;

import java.util.concurrent.atomic.LongAdder;

/** What a log's writer has done since it was created; any thread may read while it runs. */
public final class LogCounters {
  private final LongAdder events = new LongAdder();
  private final LongAdder smaFrames = new LongAdder();
  private final LongAdder smaBytes = new LongAdder();
  private final LongAdder brkBytes = new LongAdder();
  private final LongAdder batches = new LongAdder();
  private final LongAdder syncs = new LongAdder();
  private final LongAdder pauses = new LongAdder();
  private final LongAdder pausedNs = new LongAdder();

  LogCounters() {}

  /** Returns how many events were encoded. */
  public long events() {
    return events.sum();
  }

  /** Returns how many SMA frames were encoded. */
  public long smaFrames() {
    return smaFrames.sum();
  }

  /** Returns the bytes of SMA frames, framing included. */
  public long smaBytes() {
    return smaBytes.sum();
  }

  /** Returns the bytes of BRK frames, framing included. */
  public long brkBytes() {
    return brkBytes.sum();
  }

  /** Returns how often the writer's thread went to the file. */
  public long batches() {
    return batches.sum();
  }

  /** Returns how often it waited for the disk. */
  public long syncs() {
    return syncs.sum();
  }

  /** Returns how often the producer waited because the queue was full. */
  public long pauses() {
    return pauses.sum();
  }

  /** Returns how long it waited in all, in nanoseconds. */
  public long pausedNs() {
    return pausedNs.sum();
  }

  void event(int frames, int bytesOfSma, int bytesOfBrk) {
    events.increment();
    smaFrames.add(frames);
    smaBytes.add(bytesOfSma);
    brkBytes.add(bytesOfBrk);
  }

  void batch() {
    batches.increment();
  }

  void sync() {
    syncs.increment();
  }

  void pause(long ns) {
    pauses.increment();
    pausedNs.add(ns);
  }
}

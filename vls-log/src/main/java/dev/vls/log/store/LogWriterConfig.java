package dev.vls.log.store;

import java.util.Objects;

/**
 * How a log is written.
 *
 * @param segmentBytes a segment is closed at the first event boundary at or after this size; at
 *     least 1024 and below 2 GiB
 * @param queueEvents most events that wait for the writer's thread
 * @param queueBytes most bytes of events that wait for it; a single larger event may wait alone
 * @param sync when an event is durable
 */
public record LogWriterConfig(
    long segmentBytes, int queueEvents, long queueBytes, SyncPolicy sync) {
  /**
   * 64 MiB segments, at most 16,384 events or 32 MiB waiting, durable once the operating system has
   * it.
   */
  public static final LogWriterConfig DEFAULT =
      new LogWriterConfig(64L << 20, 1 << 14, 32L << 20, SyncPolicy.SYSTEM);

  /** Checks the ranges. */
  public LogWriterConfig {
    Objects.requireNonNull(sync, "sync");
    if (segmentBytes < 1024 || segmentBytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a segment has 1024 to 2147483647 bytes, found " + segmentBytes);
    }
    if (queueEvents < 1 || queueBytes < 1) {
      throw new IllegalArgumentException(
          "a queue holds at least 1, found " + queueEvents + " and " + queueBytes);
    }
  }

  /** Returns the same with another sync policy. */
  public LogWriterConfig withSync(SyncPolicy policy) {
    return new LogWriterConfig(segmentBytes, queueEvents, queueBytes, policy);
  }

  /** Returns the same with another segment size. */
  public LogWriterConfig withSegmentBytes(long bytes) {
    return new LogWriterConfig(bytes, queueEvents, queueBytes, sync);
  }
}

package dev.vls.log.store;

import java.time.Duration;

/**
 * When an event counts as durable.
 *
 * @param target what it must survive
 * @param interval for {@link Target#DISK}: how long events may wait for the next sync; zero for a
 *     sync after every batch
 */
public record SyncPolicy(Target target, Duration interval) {
  /** What a durable event survives. */
  public enum Target {
    /** The death of this process: it was handed to the operating system. */
    SYSTEM,
    /** The loss of power: the file was synced. */
    DISK
  }

  /** Hand every batch to the operating system, never wait for the disk. */
  public static final SyncPolicy SYSTEM = new SyncPolicy(Target.SYSTEM, Duration.ZERO);

  /** Sync after every batch. */
  public static final SyncPolicy DISK = new SyncPolicy(Target.DISK, Duration.ZERO);

  /** Checks the interval. */
  public SyncPolicy {
    if (interval.isNegative()) {
      throw new IllegalArgumentException("a sync interval is at least 0, found " + interval);
    }
  }
}

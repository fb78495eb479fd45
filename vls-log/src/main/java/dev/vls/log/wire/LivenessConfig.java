package dev.vls.log.wire;

import java.time.Duration;

/**
 * When a peer is taken for lost.
 *
 * @param interval a heartbeat is sent when nothing else was for so long
 * @param timeout the peer is lost when nothing was received for so long; at least twice the
 *     interval
 */
public record LivenessConfig(Duration interval, Duration timeout) {
  /** Every 100 ms, lost after 500 ms. */
  public static final LivenessConfig DEFAULT =
      new LivenessConfig(Duration.ofMillis(100), Duration.ofMillis(500));

  /** Checks the ranges. */
  public LivenessConfig {
    if (interval.isNegative()
        || interval.isZero()
        || timeout.compareTo(interval.multipliedBy(2)) < 0) {
      throw new IllegalArgumentException(
          "a heartbeat time-out is at least twice its interval, found "
              + timeout
              + " and "
              + interval);
    }
  }
}

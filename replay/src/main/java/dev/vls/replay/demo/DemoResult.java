package dev.vls.replay.demo;

import java.time.Duration;
import java.util.List;

/**
 * What one demonstration has shown.
 *
 * @param receipts receipts that arrived, all in order and with the right hash unless a failure says
 *     otherwise
 * @param killedAt how many receipts had arrived when the leader was killed
 * @param failover from the leader's SIGKILL to the first byte of the follower, as the client sees
 *     it
 * @param events events in the follower's log
 * @param brkBytes bytes of BRK frames in it
 * @param smaBytes bytes of SMA frames in it
 * @param lag what the follower says of its lag
 * @param took how long the round took
 * @param failures what went wrong; empty if the demonstration succeeded
 */
public record DemoResult(
    int receipts,
    int killedAt,
    Duration failover,
    long events,
    long brkBytes,
    long smaBytes,
    String lag,
    Duration took,
    List<String> failures) {
  /** Copies the list. */
  public DemoResult {
    failures = List.copyOf(failures);
  }

  /** Whether everything was as it should be. */
  public boolean passed() {
    return failures.isEmpty();
  }
}

package dev.vls.drivers.console;

/**
 * How a relay's client behaves when it is not connected.
 *
 * @param firstDelayMs shortest pause between two rounds over all addresses; a hundredth of the time
 *     that no host has served, when that is longer
 * @param lastDelayMs longest pause
 * @param giveUpMs how long it tries before it fails
 * @param silentMs how long a connection may be silent before it counts as dead; a relay is heard
 *     every second
 * @param bufferBytes input that may wait for its acknowledgement before {@link RelayClient#send}
 *     blocks
 */
public record RelayClientConfig(
    long firstDelayMs, long lastDelayMs, long giveUpMs, long silentMs, int bufferBytes) {
  /** Tries for half a minute, a hundred times in the first second. */
  public static final RelayClientConfig DEFAULT =
      new RelayClientConfig(10, 1000, 30_000, 5000, 1 << 20);

  /** Checks the values. */
  public RelayClientConfig {
    if (firstDelayMs < 1 || lastDelayMs < firstDelayMs || giveUpMs < 1 || bufferBytes < 1) {
      throw new IllegalArgumentException(
          "a relay client needs positive delays, in order, and a buffer");
    }
    if (silentMs < 2 * RelayLayout.HEARTBEAT_MS) {
      throw new IllegalArgumentException(
          "a relay is heard every "
              + RelayLayout.HEARTBEAT_MS
              + " ms; allow it at least twice that");
    }
  }
}

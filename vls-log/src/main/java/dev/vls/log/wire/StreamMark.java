package dev.vls.log.wire;

/**
 * How much of an output stream has left the leader, or was acknowledged by its reader.
 *
 * @param stream which stream; the machine's configuration says what the number means; an unsigned
 *     32-bit number
 * @param amount as the stream counts; never negative
 */
public record StreamMark(int stream, long amount) {
  /** Checks the amount. */
  public StreamMark {
    if (amount < 0) {
      throw new IllegalArgumentException("an amount of output is at least 0, found " + amount);
    }
  }
}

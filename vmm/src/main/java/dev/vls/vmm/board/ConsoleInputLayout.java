package dev.vls.vmm.board;

/**
 * The console's device page: what outside may change of the console's receive side.
 *
 * <pre>
 * offset  size  field
 *      0     4  produced: bytes ever put into the ring, modulo 2^32; written by commits only
 *      4  2044  reserved, ignored
 *   2048  2048  ring: byte number n of the stream is at 2048 + n mod 2048
 * </pre>
 *
 * <p>A commit stores bytes {@code produced .. produced+n-1} into the ring and then the new {@code
 * produced}. The inside keeps {@code consumed} for itself and tells it to {@link
 * ConsoleInput#onConsumed}; never more than {@link #RING_BYTES} may be unconsumed.
 */
public final class ConsoleInputLayout {
  /** Offset of the producer's count, 32 bits. */
  public static final int PRODUCED_OFFSET = 0;

  /** Offset of the ring. */
  public static final int RING_OFFSET = 2048;

  /** Bytes in the ring, a power of two. */
  public static final int RING_BYTES = 2048;

  private ConsoleInputLayout() {}

  /** Returns the offset in the page of byte number {@code index} of the stream. */
  public static int ringOffset(int index) {
    return RING_OFFSET + (index & (RING_BYTES - 1));
  }
}

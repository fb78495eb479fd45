package dev.vls.vmm;

/**
 * Gives back what a {@link StateSink} was given, in the same order.
 *
 * <p>Whoever reads from one checks what it gets: it may come from a file.
 */
public interface StateSource {
  /**
   * Returns the next 64-bit value.
   *
   * @throws StateException if there is none
   */
  long word();

  /**
   * Fills a range with the next bytes.
   *
   * @throws StateException if there are fewer
   */
  void bytes(byte[] target, int offset, int length);
}

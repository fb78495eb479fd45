package dev.vls.vmm.engine;

import java.util.Arrays;

/**
 * How many instructions blocks still have to execute until they are hot, by the address at which
 * they begin; hashed, so that blocks share counts. Invisible to the guest.
 *
 * <p>Instructions and not jumps, because blocks differ in length by three orders of magnitude: a
 * cipher without loops executes 2000 instructions for each jump.
 */
public final class Heat {
  /** Number of counts. */
  static final int SIZE = 1 << 16;

  private final int[] counts = new int[SIZE];

  /**
   * Creates counts that start at {@code instructions}.
   *
   * @param instructions at least 0
   */
  public Heat(int instructions) {
    Arrays.fill(counts, instructions);
  }

  int[] counts() {
    return counts;
  }

  /** Returns where the block at {@code address} is counted. */
  static int index(long address) {
    return (int) (address >>> 1) & SIZE - 1;
  }

  /**
   * Counts {@code instructions} for the block at {@code address}; returns whether it is hot then.
   */
  public boolean count(long address, int instructions) {
    int at = index(address);
    counts[at] -= instructions;
    return counts[at] < 0;
  }

  /**
   * Makes the block at {@code address} hot after {@code instructions} more, at once if negative.
   */
  public void set(long address, int instructions) {
    counts[index(address)] = instructions;
  }
}

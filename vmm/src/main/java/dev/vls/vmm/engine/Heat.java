package dev.vls.vmm.engine;

import java.util.Arrays;

/**
 * How often jumps still have to reach an address until it is hot; hashed, so that addresses share
 * counts. Invisible to the guest.
 */
public final class Heat {
  /** Number of counts. */
  static final int SIZE = 1 << 13;

  private final int[] counts = new int[SIZE];

  /**
   * Creates counts that start at {@code jumps}.
   *
   * @param jumps at least 0
   */
  public Heat(int jumps) {
    Arrays.fill(counts, jumps);
  }

  int[] counts() {
    return counts;
  }

  /** Counts a jump to {@code address}; returns whether it is hot. */
  public boolean jump(long address) {
    return cool(counts, address, 1);
  }

  /** Takes {@code cooling} off the count of {@code address}; returns whether it is hot then. */
  static boolean cool(int[] counts, long address, int cooling) {
    int at = (int) (address >>> 1) & SIZE - 1;
    counts[at] = counts[at] - cooling;
    return counts[at] < 0;
  }

  /** Sets after how many jumps more {@code address} is hot, at least 0. */
  public void set(long address, int jumps) {
    counts[(int) (address >>> 1) & SIZE - 1] = jumps;
  }
}

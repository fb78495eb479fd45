package dev.vls.vmm.engine;

import java.util.Arrays;

/**
 * How often jumps still have to reach an address until it is hot; hashed, so that addresses share
 * counts. Invisible to the guest.
 */
public final class Heat {
  /** Number of counts. */
  private static final int SIZE = 1 << 13;

  private final short[] counts = new short[SIZE];

  /**
   * Creates counts that start at {@code jumps}.
   *
   * @param jumps 0 to 32,767
   */
  public Heat(int jumps) {
    Arrays.fill(counts, (short) jumps);
  }

  short[] counts() {
    return counts;
  }

  /** Counts a jump to {@code address}; returns whether it is hot. */
  public boolean jump(long address) {
    return cool(counts, address, 1);
  }

  /** Takes {@code cooling} off the count of {@code address}; returns whether it is hot then. */
  static boolean cool(short[] counts, long address, int cooling) {
    int at = (int) (address >>> 1) & SIZE - 1;
    counts[at] = (short) (counts[at] - cooling);
    return counts[at] < 0;
  }

  /** Sets after how many jumps more {@code address} is hot, 0 to 32,767. */
  public void set(long address, int jumps) {
    counts[(int) (address >>> 1) & SIZE - 1] = (short) jumps;
  }
}

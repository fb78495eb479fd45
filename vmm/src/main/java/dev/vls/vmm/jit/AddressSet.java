package dev.vls.vmm.jit;

import java.util.Arrays;

/**
 * Guest addresses that are worth knowing. May have some that were not put into it.
 *
 * <p>An octet for each, so that translated code can add one by a store.
 */
final class AddressSet {
  private static final int SIZE = 1 << 16;

  private final byte[] flags = new byte[SIZE];

  void add(long pc) {
    flags[index(pc)] = 1;
  }

  boolean has(long pc) {
    return flags[index(pc)] != 0;
  }

  void clear() {
    Arrays.fill(flags, (byte) 0);
  }

  /** Returns the flags: 1 at the {@link #index} of what the set has. */
  byte[] flags() {
    return flags;
  }

  /** Returns where the flag of {@code pc} is. */
  static int index(long pc) {
    return (int) (pc >>> 1) & SIZE - 1;
  }
}

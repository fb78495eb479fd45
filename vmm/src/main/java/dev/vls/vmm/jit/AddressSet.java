package dev.vls.vmm.jit;

import java.util.Arrays;

/** Guest addresses that are worth knowing. May have some that were not put into it. */
final class AddressSet {
  private static final int SIZE = 1 << 16;

  private final long[] bits = new long[SIZE / Long.SIZE];

  void add(long pc) {
    int at = at(pc);
    bits[at >>> 6] |= 1L << at;
  }

  boolean has(long pc) {
    int at = at(pc);
    return (bits[at >>> 6] >>> at & 1) != 0;
  }

  void clear() {
    Arrays.fill(bits, 0);
  }

  private static int at(long pc) {
    return (int) (pc >>> 1) & SIZE - 1;
  }
}

package dev.vls.sma;

import dev.vls.vmm.memory.GuestMemory;

/** Range checks for accesses to one frame. */
final class Ranges {
  private Ranges() {}

  /** Throws {@link IllegalArgumentException} unless the range lies inside one frame. */
  static void check(int offset, int length) {
    if (offset < 0 || length < 0 || offset > GuestMemory.FRAME_BYTES - length) {
      throw new IllegalArgumentException(
          length + " bytes at offset " + offset + " do not lie inside a frame");
    }
  }
}

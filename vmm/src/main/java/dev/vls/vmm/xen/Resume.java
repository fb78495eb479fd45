package dev.vls.vmm.xen;

import dev.vls.vmm.board.HypercallHandler;

/**
 * How a hypercall that has done a bounded part of its work says where to go on.
 *
 * <p>The call is made again with the number of elements done in bits 63:32 of a0, whose lower half
 * selects the operation. So nothing but a0 and a1 changes, which the SBI allows, and an interrupt
 * may come in between. A guest that puts a number there itself skips elements of its own batch.
 */
final class Resume {
  private Resume() {}

  /** Returns how many elements are done, at least 0. */
  static int at(long command) {
    return (int) (command >>> 32) & Integer.MAX_VALUE;
  }

  /** Makes the call go on behind {@code done} elements. */
  static long later(long[] arguments, int done) {
    arguments[0] = (arguments[0] & 0xffff_ffffL) | (long) done << 32;
    return HypercallHandler.RESTART;
  }
}

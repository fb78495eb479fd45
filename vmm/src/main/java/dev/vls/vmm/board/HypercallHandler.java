package dev.vls.vmm.board;

import dev.vls.vmm.hart.Hart;

/** Answers the hypercalls of the Xen ABI, which arrive as one SBI extension. */
@FunctionalInterface
public interface HypercallHandler {
  /**
   * Performs one hypercall on the domain's thread.
   *
   * @param hart the caller; arguments are in x10 to x14, and results go to memory, never to x10,
   *     x11 or the pc, which the SBI writes
   * @param number hypercall number from x16, or -1 if it is none that fits an int
   * @return the signed result for x10
   */
  long call(Hart hart, int number);
}

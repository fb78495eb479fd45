package dev.vls.vmm.board;

import dev.vls.vmm.hart.Hart;

/** Answers the hypercalls of the Xen ABI, which arrive as one SBI extension. */
@FunctionalInterface
public interface HypercallHandler {
  /**
   * Result of a call that has done a bounded part of its work: the handler has set x10 and x11 to
   * what the rest is to be called with, and the same ECALL is executed again.
   */
  long RESTART = Long.MIN_VALUE;

  /**
   * Performs one hypercall on the domain's thread.
   *
   * @param hart the caller; arguments are in x10 to x14, and results go to memory, never to x10,
   *     x11 or the pc, which the SBI writes, but for {@link #RESTART}
   * @param number hypercall number from x16, or -1 if it is none that fits an int
   * @return the signed result for x10, or {@link #RESTART}
   */
  long call(Hart hart, int number);
}

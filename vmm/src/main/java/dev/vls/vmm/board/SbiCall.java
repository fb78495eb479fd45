package dev.vls.vmm.board;

import dev.vls.vmm.hart.Hart;

/** One SBI call while it is answered: who calls, with what, and the second result. */
final class SbiCall {
  private static final int A0 = 10;

  private final Hart hart;
  private long value;

  SbiCall(Hart hart) {
    this.hart = hart;
  }

  Hart hart() {
    return hart;
  }

  /** Returns argument {@code index}, 0 to 5. */
  long argument(int index) {
    return hart.x(A0 + index);
  }

  /** Returns the value for a1, 0 unless it was set. */
  long value() {
    return value;
  }

  /** Sets the value for a1 and returns success. */
  long answer(long result) {
    value = result;
    return SbiLayout.SUCCESS;
  }
}

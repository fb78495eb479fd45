package dev.vls.vmm.fp;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** One-line assertions about an instruction's result and flags. */
final class Outcomes {
  static final long NAN_D = 0x7ff8_0000_0000_0000L;
  static final long SIGNALING_D = 0x7ff0_0000_0000_0001L;
  static final long NAN_S = single(0x7fc0_0000);
  static final long SIGNALING_S = single(0x7f80_0001);

  private Outcomes() {}

  static long bits(double value) {
    return Double.doubleToRawLongBits(value);
  }

  /** A boxed single. */
  static long bits(float value) {
    return single(Float.floatToRawIntBits(value));
  }

  static long single(int bits) {
    return NanBox.box(bits);
  }

  /**
   * Asserts result and flags on both routes, and that flags which were set before change neither
   * the result nor are cleared.
   */
  static void check(Operation operation, int rm, long result, int flags, long... operands) {
    for (Operation.Evaluation route :
        new Operation.Evaluation[] {operation.publicMethod, operation.integerRoute}) {
      for (int before : new int[] {0, FpStatus.NX, 31}) {
        FpStatus status = new FpStatus();
        status.flags = before;
        long actual =
            route.apply(
                operands[0],
                operands.length > 1 ? operands[1] : 0,
                operands.length > 2 ? operands[2] : 0,
                rm,
                status);
        String what = operation + " rm=" + rm + " fflags=" + before;
        assertEquals(Long.toHexString(result), Long.toHexString(actual), what);
        assertEquals(before | flags, status.flags, what);
      }
    }
  }

  /** {@link #check} in every rounding mode. */
  static void checkAll(Operation operation, long result, int flags, long... operands) {
    for (int rm = Rounding.RNE; rm <= Rounding.RMM; rm++) {
      check(operation, rm, result, flags, operands);
    }
  }
}

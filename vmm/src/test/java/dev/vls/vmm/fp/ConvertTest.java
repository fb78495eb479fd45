package dev.vls.vmm.fp;

import static dev.vls.vmm.fp.FpStatus.NV;
import static dev.vls.vmm.fp.FpStatus.NX;
import static dev.vls.vmm.fp.FpStatus.OF;
import static dev.vls.vmm.fp.FpStatus.UF;
import static dev.vls.vmm.fp.Outcomes.NAN_D;
import static dev.vls.vmm.fp.Outcomes.NAN_S;
import static dev.vls.vmm.fp.Outcomes.SIGNALING_D;
import static dev.vls.vmm.fp.Outcomes.SIGNALING_S;
import static dev.vls.vmm.fp.Outcomes.bits;
import static dev.vls.vmm.fp.Outcomes.check;
import static dev.vls.vmm.fp.Outcomes.checkAll;
import static dev.vls.vmm.fp.Rounding.RDN;
import static dev.vls.vmm.fp.Rounding.RMM;
import static dev.vls.vmm.fp.Rounding.RNE;
import static dev.vls.vmm.fp.Rounding.RTZ;
import static dev.vls.vmm.fp.Rounding.RUP;

import org.junit.jupiter.api.Test;

/** The rules of FCVT by hand. */
class ConvertTest {
  @Test
  void shouldRoundFractionsByTheModeWhenConvertedToIntegers() {
    int[][] expected = {
      // RNE, RTZ, RDN, RUP, RMM
      {2, 2, 2, 3, 3}, {-2, -2, -3, -2, -3}, {4, 3, 3, 4, 4}, {0, 0, 0, 1, 0}, {0, 0, -1, 0, 0}
    };
    double[] values = {2.5, -2.5, 3.5, 0.25, -Double.MIN_VALUE};
    for (int i = 0; i < values.length; i++) {
      for (int rm = RNE; rm <= RMM; rm++) {
        check(Operation.FCVT_W_D, rm, expected[i][rm], NX, bits(values[i]));
        check(Operation.FCVT_L_D, rm, expected[i][rm], NX, bits(values[i]));
      }
    }
  }

  @Test
  void shouldSaturateWithInvalidAloneWhenOutOfRange() {
    checkAll(Operation.FCVT_W_D, Integer.MAX_VALUE, NV, bits(0x1p31));
    checkAll(Operation.FCVT_W_D, Integer.MIN_VALUE, NV, bits(Double.NEGATIVE_INFINITY));
    checkAll(Operation.FCVT_WU_D, -1, NV, bits(0x1p32));
    checkAll(Operation.FCVT_WU_D, 0, NV, bits(-1.0));
    checkAll(Operation.FCVT_L_D, Long.MAX_VALUE, NV, bits(0x1p63));
    checkAll(Operation.FCVT_L_S, Long.MIN_VALUE, NV, bits(-0x1p64f));
    checkAll(Operation.FCVT_LU_D, -1, NV, bits(0x1p64));
    checkAll(Operation.FCVT_LU_S, 0, NV, bits(-1e30f));
  }

  @Test
  void shouldJudgeTheRangeWhenTheNumberIsRounded() {
    check(Operation.FCVT_W_D, RTZ, Integer.MAX_VALUE, NX, bits(0x1p31 - 0.5));
    check(Operation.FCVT_W_D, RNE, Integer.MAX_VALUE, NV, bits(0x1p31 - 0.5));
    check(Operation.FCVT_W_D, RTZ, Integer.MIN_VALUE, NX, bits(-0x1p31 - 0.5));
    check(Operation.FCVT_W_D, RDN, Integer.MIN_VALUE, NV, bits(-0x1p31 - 0.5));
    check(Operation.FCVT_WU_D, RTZ, 0, NX, bits(-0.75));
    check(Operation.FCVT_WU_D, RNE, 0, NV, bits(-0.75));
    check(Operation.FCVT_LU_D, RUP, 0, NX, bits(-0.75));
    check(Operation.FCVT_LU_S, RNE, 0, NX, bits(-0.5f));
    check(Operation.FCVT_LU_S, RMM, 0, NV, bits(-0.5f));
  }

  @Test
  void shouldReachTheBoundsWhenExactlyRepresentable() {
    checkAll(Operation.FCVT_L_D, Long.MIN_VALUE, 0, bits(-0x1p63));
    checkAll(Operation.FCVT_W_S, Integer.MIN_VALUE, 0, bits(-0x1p31f));
    checkAll(Operation.FCVT_LU_D, 1L << 63, 0, bits(0x1p63));
    // A 32-bit result is sign-extended even if it is unsigned.
    checkAll(Operation.FCVT_WU_D, -1, 0, bits(4294967295.0));
    checkAll(Operation.FCVT_L_D, 0, 0, bits(-0.0));
  }

  @Test
  void shouldReturnTheUpperBoundWhenConvertingNan() {
    for (long nan : new long[] {NAN_D, SIGNALING_D, NAN_D | 1L << 63}) {
      checkAll(Operation.FCVT_W_D, Integer.MAX_VALUE, NV, nan);
      checkAll(Operation.FCVT_WU_D, -1, NV, nan);
      checkAll(Operation.FCVT_L_D, Long.MAX_VALUE, NV, nan);
      checkAll(Operation.FCVT_LU_D, -1, NV, nan);
    }
  }

  @Test
  void shouldRoundIntegersByTheModeWhenTheyHaveTooManyDigits() {
    long halfway = (1L << 53) + 1;
    check(Operation.FCVT_D_L, RNE, bits(0x1p53), NX, halfway);
    check(Operation.FCVT_D_L, RUP, bits(0x1p53 + 2), NX, halfway);
    check(Operation.FCVT_D_L, RDN, bits(-0x1p53 - 2), NX, -halfway);
    check(Operation.FCVT_D_L, RMM, bits(0x1p53 + 2), NX, halfway);
    check(Operation.FCVT_D_LU, RNE, bits(0x1p64), NX, -1L);
    check(Operation.FCVT_D_LU, RTZ, bits(0x1.fffffffffffffp63), NX, -1L);
    check(Operation.FCVT_S_W, RNE, bits(0x1p24f), NX, (1L << 24) + 1);
    check(Operation.FCVT_S_WU, RNE, bits(0x1p32f), NX, -1L);
    check(Operation.FCVT_S_L, RNE, bits(0x1p63f), NX, Long.MAX_VALUE);
    checkAll(Operation.FCVT_D_L, bits(-0x1p63), 0, Long.MIN_VALUE);
    checkAll(Operation.FCVT_D_WU, bits(4294967295.0), 0, -1L);
    checkAll(Operation.FCVT_S_L, bits(0f), 0, 0L);
  }

  @Test
  void shouldRoundOverflowAndUnderflowWhenNarrowing() {
    check(Operation.FCVT_S_D, RNE, bits(1f), NX, bits(1 + 0x1p-24));
    check(Operation.FCVT_S_D, RMM, bits(0x1.000002p0f), NX, bits(1 + 0x1p-24));
    check(Operation.FCVT_S_D, RNE, bits(Float.POSITIVE_INFINITY), OF | NX, bits(1e300));
    check(Operation.FCVT_S_D, RTZ, bits(Float.MAX_VALUE), OF | NX, bits(1e300));
    check(Operation.FCVT_S_D, RUP, bits(Float.MIN_VALUE), UF | NX, bits(Double.MIN_VALUE));
    checkAll(Operation.FCVT_S_D, bits(0x1p-149f), 0, bits(0x1p-149));
    // Just below the least normal number: not tiny only if 24 digits round up to it.
    check(Operation.FCVT_S_D, RNE, bits(0x1p-126f), NX, bits(0x1.ffffffffp-127));
    check(Operation.FCVT_S_D, RNE, bits(0x1p-126f), UF | NX, bits(0x1.fffffep-127));
  }

  @Test
  void shouldCanonicaliseNansWhenTheFormatChanges() {
    checkAll(Operation.FCVT_S_D, NAN_S, NV, SIGNALING_D);
    checkAll(Operation.FCVT_S_D, NAN_S, 0, 0xfff8_0000_0000_0001L);
    checkAll(Operation.FCVT_D_S, NAN_D, NV, SIGNALING_S);
    checkAll(Operation.FCVT_D_S, NAN_D, 0, 0L);
    checkAll(Operation.FCVT_D_S, bits(0x1p-149), 0, bits(Float.MIN_VALUE));
  }
}

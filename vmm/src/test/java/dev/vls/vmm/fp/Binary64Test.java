package dev.vls.vmm.fp;

import static dev.vls.vmm.fp.FpStatus.DZ;
import static dev.vls.vmm.fp.FpStatus.NV;
import static dev.vls.vmm.fp.FpStatus.NX;
import static dev.vls.vmm.fp.FpStatus.OF;
import static dev.vls.vmm.fp.FpStatus.UF;
import static dev.vls.vmm.fp.Outcomes.NAN_D;
import static dev.vls.vmm.fp.Outcomes.SIGNALING_D;
import static dev.vls.vmm.fp.Outcomes.bits;
import static dev.vls.vmm.fp.Outcomes.check;
import static dev.vls.vmm.fp.Outcomes.checkAll;
import static dev.vls.vmm.fp.Rounding.RDN;
import static dev.vls.vmm.fp.Rounding.RMM;
import static dev.vls.vmm.fp.Rounding.RNE;
import static dev.vls.vmm.fp.Rounding.RTZ;
import static dev.vls.vmm.fp.Rounding.RUP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** The rules of the D extension by hand; {@link Binary32Test} has what differs in width. */
class Binary64Test {
  private static final double INFINITY = Double.POSITIVE_INFINITY;
  private static final double HALF_ULP = 0x1p-53;
  private static final double MAX = Double.MAX_VALUE;
  private static final double MIN_NORMAL = Double.MIN_NORMAL;

  @Test
  void shouldRoundTiesByTheModeWhenASumIsHalfway() {
    check(Operation.FADD_D, RNE, bits(1.0), NX, bits(1.0), bits(HALF_ULP));
    check(Operation.FADD_D, RTZ, bits(1.0), NX, bits(1.0), bits(HALF_ULP));
    check(Operation.FADD_D, RDN, bits(1.0), NX, bits(1.0), bits(HALF_ULP));
    check(Operation.FADD_D, RUP, bits(0x1.0000000000001p0), NX, bits(1.0), bits(HALF_ULP));
    check(Operation.FADD_D, RMM, bits(0x1.0000000000001p0), NX, bits(1.0), bits(HALF_ULP));
    check(Operation.FSUB_D, RDN, bits(-0x1.0000000000001p0), NX, bits(-1.0), bits(HALF_ULP));
    check(Operation.FSUB_D, RUP, bits(-1.0), NX, bits(-1.0), bits(HALF_ULP));
    check(Operation.FSUB_D, RMM, bits(-0x1.0000000000001p0), NX, bits(-1.0), bits(HALF_ULP));
  }

  @Test
  void shouldLeaveFlagsAloneWhenResultsAreExact() {
    checkAll(Operation.FADD_D, bits(3.5), 0, bits(1.25), bits(2.25));
    checkAll(Operation.FMUL_D, bits(-6.0), 0, bits(1.5), bits(-4.0));
    checkAll(Operation.FDIV_D, bits(0.375), 0, bits(3.0), bits(8.0));
    checkAll(Operation.FSQRT_D, bits(3.0), 0, bits(9.0));
    checkAll(Operation.FMADD_D, bits(7.0), 0, bits(2.0), bits(3.0), bits(1.0));
  }

  @Test
  void shouldSignZeroByTheModeWhenNumbersCancel() {
    for (int rm : new int[] {RNE, RTZ, RUP, RMM}) {
      check(Operation.FSUB_D, rm, bits(0.0), 0, bits(1.5), bits(1.5));
      check(Operation.FADD_D, rm, bits(0.0), 0, bits(0.0), bits(-0.0));
      check(Operation.FMADD_D, rm, bits(0.0), 0, bits(2.0), bits(3.0), bits(-6.0));
    }
    check(Operation.FSUB_D, RDN, bits(-0.0), 0, bits(1.5), bits(1.5));
    check(Operation.FADD_D, RDN, bits(-0.0), 0, bits(0.0), bits(-0.0));
    check(Operation.FMADD_D, RDN, bits(-0.0), 0, bits(2.0), bits(3.0), bits(-6.0));
    checkAll(Operation.FADD_D, bits(-0.0), 0, bits(-0.0), bits(-0.0));
    checkAll(Operation.FMUL_D, bits(-0.0), 0, bits(0.0), bits(-3.0));
  }

  @Test
  void shouldRaiseInvalidWhenNoResultIsDefined() {
    checkAll(Operation.FSUB_D, NAN_D, NV, bits(INFINITY), bits(INFINITY));
    checkAll(Operation.FMUL_D, NAN_D, NV, bits(INFINITY), bits(-0.0));
    checkAll(Operation.FDIV_D, NAN_D, NV, bits(0.0), bits(-0.0));
    checkAll(Operation.FDIV_D, NAN_D, NV, bits(INFINITY), bits(INFINITY));
    checkAll(Operation.FSQRT_D, NAN_D, NV, bits(-1.0));
    checkAll(Operation.FMADD_D, NAN_D, NV, bits(INFINITY), bits(1.0), bits(-INFINITY));
    checkAll(Operation.FSQRT_D, bits(-0.0), 0, bits(-0.0));
  }

  @Test
  void shouldReturnTheCanonicalNanWhenAnOperandIsNan() {
    long payload = 0xfff8_0000_0000_1234L;
    checkAll(Operation.FADD_D, NAN_D, 0, payload, bits(1.0));
    checkAll(Operation.FMUL_D, NAN_D, 0, bits(0.0), payload);
    checkAll(Operation.FDIV_D, NAN_D, NV, payload, SIGNALING_D);
    checkAll(Operation.FSQRT_D, NAN_D, NV, SIGNALING_D);
    checkAll(Operation.FMADD_D, NAN_D, NV, bits(1.0), bits(1.0), SIGNALING_D);
  }

  @Test
  void shouldRaiseInvalidWhenInfinityTimesZeroMeetsAQuietNan() {
    checkAll(Operation.FMADD_D, NAN_D, NV, bits(INFINITY), bits(0.0), NAN_D);
    checkAll(Operation.FNMSUB_D, NAN_D, NV, bits(-0.0), bits(INFINITY), NAN_D);
    checkAll(Operation.FMADD_D, NAN_D, 0, bits(INFINITY), bits(1.0), NAN_D);
  }

  @Test
  void shouldRaiseDivideByZeroWhenTheDividendIsFiniteAndNotZero() {
    checkAll(Operation.FDIV_D, bits(-INFINITY), DZ, bits(1.0), bits(-0.0));
    checkAll(Operation.FDIV_D, bits(INFINITY), 0, bits(INFINITY), bits(0.0));
  }

  @Test
  void shouldOverflowTowardsTheModesBoundWhenTooLarge() {
    check(Operation.FMUL_D, RNE, bits(INFINITY), OF | NX, bits(MAX), bits(2.0));
    check(Operation.FMUL_D, RTZ, bits(MAX), OF | NX, bits(MAX), bits(2.0));
    check(Operation.FMUL_D, RDN, bits(MAX), OF | NX, bits(MAX), bits(2.0));
    check(Operation.FMUL_D, RUP, bits(-MAX), OF | NX, bits(MAX), bits(-2.0));
    check(Operation.FMUL_D, RMM, bits(-INFINITY), OF | NX, bits(MAX), bits(-2.0));
    // Half an ulp above the largest number ties to infinity; a little less does not.
    check(Operation.FADD_D, RNE, bits(INFINITY), OF | NX, bits(MAX), bits(0x1p970));
    check(Operation.FADD_D, RNE, bits(MAX), NX, bits(MAX), bits(0x1.fffffffffffffp969));
    check(Operation.FADD_D, RTZ, bits(MAX), NX, bits(MAX), bits(0x1p970));
  }

  @Test
  void shouldUnderflowOnlyWhenTinyAfterRoundingAndInexact() {
    // Subnormal and exact: no underflow.
    checkAll(Operation.FMUL_D, bits(0x1p-1030), 0, bits(0x1p-500), bits(0x1p-530));
    check(Operation.FMUL_D, RNE, bits(0.0), UF | NX, bits(0x1p-600), bits(0x1p-600));
    check(Operation.FMUL_D, RUP, bits(Double.MIN_VALUE), UF | NX, bits(0x1p-600), bits(0x1p-600));
    // (1 + 2^-52)(1 - 2^-52) = 1 - 2^-104 rounds to 1 in 53 digits, so the result is not tiny ...
    double above = 0x1.0000000000001p0;
    double below = 0x1.ffffffffffffep-1;
    check(Operation.FMUL_D, RNE, bits(MIN_NORMAL), NX, bits(above * MIN_NORMAL), bits(below));
    // ... unless it is rounded down,
    check(
        Operation.FMUL_D,
        RTZ,
        bits(Math.nextDown(MIN_NORMAL)),
        UF | NX,
        bits(above * MIN_NORMAL),
        bits(below));
    // and 1 - 2^-53 is tiny although it is delivered as the least normal number.
    check(Operation.FMUL_D, RNE, bits(MIN_NORMAL), UF | NX, bits(MIN_NORMAL), bits(1 - 0x1p-53));
  }

  @Test
  void shouldRoundOnceWhenFused() {
    // (1 + 2^-26)(1 - 2^-26 + 2^-52) = 1 + 2^-78: just above a tie with the addend.
    double x = (1 + 0x1p-26) * HALF_ULP;
    double y = 1 - 0x1p-26 + 0x1p-52;
    double up = 0x1.0000000000001p0;
    check(Operation.FMADD_D, RNE, bits(up), NX, bits(x), bits(y), bits(1.0));
    check(Operation.FNMADD_D, RNE, bits(-up), NX, bits(x), bits(y), bits(1.0));
    check(Operation.FMSUB_D, RNE, bits(-1 + HALF_ULP), NX, bits(x), bits(y), bits(1.0));
    check(Operation.FNMSUB_D, RNE, bits(1 - HALF_ULP), NX, bits(x), bits(y), bits(1.0));
    // The product's last digit alone remains.
    checkAll(
        Operation.FMSUB_D,
        bits(0x1p-104),
        0,
        bits(1 + 0x1p-52),
        bits(1 + 0x1p-52),
        bits(1 + 0x1p-51));
  }

  @Test
  void shouldPreferNumbersWhenMinimumOrMaximumMeetsNan() {
    checkAll(Operation.FMIN_D, bits(-0.0), 0, bits(0.0), bits(-0.0));
    checkAll(Operation.FMAX_D, bits(0.0), 0, bits(-0.0), bits(0.0));
    checkAll(Operation.FMIN_D, bits(-2.0), 0, bits(-2.0), bits(1.0));
    checkAll(Operation.FMAX_D, bits(1.0), 0, bits(-2.0), bits(1.0));
    checkAll(Operation.FMIN_D, bits(1.0), 0, NAN_D, bits(1.0));
    checkAll(Operation.FMAX_D, bits(1.0), NV, bits(1.0), SIGNALING_D);
    checkAll(Operation.FMIN_D, NAN_D, 0, 0xfff8_0000_0000_0001L, NAN_D);
    checkAll(Operation.FMAX_D, NAN_D, NV, SIGNALING_D, NAN_D);
  }

  @Test
  void shouldSignalForQuietNansWhenOrderIsAsked() {
    checkAll(Operation.FEQ_D, 0, 0, NAN_D, bits(1.0));
    checkAll(Operation.FEQ_D, 0, NV, bits(1.0), SIGNALING_D);
    checkAll(Operation.FEQ_D, 1, 0, bits(0.0), bits(-0.0));
    checkAll(Operation.FLT_D, 0, NV, NAN_D, bits(1.0));
    checkAll(Operation.FLE_D, 0, NV, bits(1.0), NAN_D);
    checkAll(Operation.FLT_D, 0, 0, bits(-0.0), bits(0.0));
    checkAll(Operation.FLE_D, 1, 0, bits(-0.0), bits(0.0));
    checkAll(Operation.FLT_D, 1, 0, bits(-INFINITY), bits(-MAX));
  }

  @Test
  void shouldKeepPayloadsWhenSignsAreInjected() {
    checkAll(Operation.FSGNJ_D, SIGNALING_D | 1L << 63, 0, SIGNALING_D, bits(-1.0));
    checkAll(Operation.FSGNJN_D, SIGNALING_D, 0, SIGNALING_D, bits(-1.0));
    checkAll(Operation.FSGNJX_D, bits(2.0), 0, bits(-2.0), bits(-1.0));
  }

  @Test
  void shouldNameEachClassWhenClassified() {
    long[] members = {
      bits(-INFINITY),
      bits(-1.0),
      bits(-Double.MIN_VALUE),
      bits(-0.0),
      bits(0.0),
      bits(Double.MIN_VALUE),
      bits(1.0),
      bits(INFINITY),
      SIGNALING_D,
      NAN_D
    };
    for (int i = 0; i < members.length; i++) {
      checkAll(Operation.FCLASS_D, 1L << i, 0, members[i]);
    }
  }

  @Test
  void shouldRefuseTheModeWhenItIsReserved() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> Binary64.div(bits(1.0), bits(3.0), 5, new FpStatus()));
    assertEquals("Not a rounding mode: 5", refused.getMessage());
  }
}

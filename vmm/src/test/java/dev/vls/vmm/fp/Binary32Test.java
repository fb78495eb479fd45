package dev.vls.vmm.fp;

import static dev.vls.vmm.fp.FpStatus.DZ;
import static dev.vls.vmm.fp.FpStatus.NV;
import static dev.vls.vmm.fp.FpStatus.NX;
import static dev.vls.vmm.fp.FpStatus.OF;
import static dev.vls.vmm.fp.FpStatus.UF;
import static dev.vls.vmm.fp.Outcomes.NAN_S;
import static dev.vls.vmm.fp.Outcomes.SIGNALING_S;
import static dev.vls.vmm.fp.Outcomes.bits;
import static dev.vls.vmm.fp.Outcomes.check;
import static dev.vls.vmm.fp.Outcomes.checkAll;
import static dev.vls.vmm.fp.Outcomes.single;
import static dev.vls.vmm.fp.Rounding.RDN;
import static dev.vls.vmm.fp.Rounding.RMM;
import static dev.vls.vmm.fp.Rounding.RNE;
import static dev.vls.vmm.fp.Rounding.RTZ;
import static dev.vls.vmm.fp.Rounding.RUP;

import org.junit.jupiter.api.Test;

/** The rules of the F extension by hand. */
class Binary32Test {
  private static final float UP = 0x1.000002p0f;

  @Test
  void shouldRoundTiesByTheModeWhenASumIsHalfway() {
    check(Operation.FADD_S, RNE, bits(1f), NX, bits(1f), bits(0x1p-24f));
    check(Operation.FADD_S, RTZ, bits(1f), NX, bits(1f), bits(0x1p-24f));
    check(Operation.FADD_S, RDN, bits(1f), NX, bits(1f), bits(0x1p-24f));
    check(Operation.FADD_S, RUP, bits(UP), NX, bits(1f), bits(0x1p-24f));
    check(Operation.FADD_S, RMM, bits(UP), NX, bits(1f), bits(0x1p-24f));
  }

  @Test
  void shouldNoticeInexactnessWhenAnOperandVanishes() {
    check(Operation.FADD_S, RNE, bits(0x1p100f), NX, bits(0x1p100f), bits(1f));
    check(Operation.FMADD_S, RNE, bits(0x1p100f), NX, bits(0x1p50f), bits(0x1p50f), bits(1e-30f));
  }

  @Test
  void shouldRaiseTheFlagWhenAnExceptionOccurs() {
    checkAll(Operation.FDIV_S, bits(Float.POSITIVE_INFINITY), DZ, bits(1f), bits(0f));
    checkAll(Operation.FSQRT_S, NAN_S, NV, bits(-2f));
    checkAll(Operation.FADD_S, NAN_S, NV, SIGNALING_S, bits(1f));
    checkAll(Operation.FMADD_S, NAN_S, NV, bits(0f), bits(Float.NEGATIVE_INFINITY), NAN_S);
    check(
        Operation.FMUL_S,
        RNE,
        bits(Float.POSITIVE_INFINITY),
        OF | NX,
        bits(Float.MAX_VALUE),
        bits(1.5f));
    check(Operation.FDIV_S, RUP, bits(-Float.MAX_VALUE), OF | NX, bits(-0x1p127f), bits(0.25f));
  }

  @Test
  void shouldUnderflowOnlyWhenTinyAfterRounding() {
    float above = 0x1.000002p-126f;
    float below = 0x1.fffffcp-1f;
    check(Operation.FMUL_S, RNE, bits(Float.MIN_NORMAL), NX, bits(above), bits(below));
    check(
        Operation.FMUL_S,
        RNE,
        bits(Float.MIN_NORMAL),
        UF | NX,
        bits(Float.MIN_NORMAL),
        bits(0x1.fffffep-1f));
    checkAll(Operation.FMUL_S, bits(0x1p-149f), 0, bits(0x1p-100f), bits(0x1p-49f));
    check(Operation.FMUL_S, RNE, bits(0f), UF | NX, bits(0x1p-100f), bits(0x1p-50f));
    check(Operation.FMUL_S, RMM, bits(0x1p-149f), UF | NX, bits(0x1p-100f), bits(0x1p-50f));
  }

  @Test
  void shouldReadTheCanonicalNanWhenASingleIsNotBoxed() {
    long unboxed = 0xffff_fffe_3f80_0000L;
    checkAll(Operation.FADD_S, NAN_S, 0, unboxed, bits(1f));
    checkAll(Operation.FMAX_S, bits(1f), 0, unboxed, bits(1f));
    checkAll(Operation.FSGNJ_S, NAN_S | 0x8000_0000L, 0, unboxed, bits(-1f));
    checkAll(Operation.FCLASS_S, 1 << 9, 0, unboxed);
    checkAll(Operation.FCLASS_S, 1 << 6, 0, single(0x3f80_0000));
  }
}

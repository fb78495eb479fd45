package dev.vls.vmm.fp;

import static dev.vls.vmm.fp.Format.DOUBLE;
import static dev.vls.vmm.fp.Format.SINGLE;
import static dev.vls.vmm.fp.NanBox.box;
import static dev.vls.vmm.fp.NanBox.unbox;

/**
 * Every computing instruction of F and D in three forms: assembly for the oracle, the public
 * method, and, where there is one, the integer route. Operands and results are whole registers.
 *
 * <p>In assembly, operands are in ft0, ft1, ft2 (and the first also in t0); the result goes to ft3
 * or t1.
 */
enum Operation {
  FADD_S(
      SINGLE,
      "fadd.s ft3, ft0, ft1",
      (a, b, c, rm, s) -> box(Binary32.add(unbox(a), unbox(b), rm, s)),
      (a, b, c, rm, s) -> box((int) SoftArithmetic.add(SINGLE, low(a), low(b), rm, s))),
  FSUB_S(
      SINGLE,
      "fsub.s ft3, ft0, ft1",
      (a, b, c, rm, s) -> box(Binary32.sub(unbox(a), unbox(b), rm, s)),
      (a, b, c, rm, s) ->
          box((int) SoftArithmetic.add(SINGLE, low(a), SINGLE.negated(low(b)), rm, s))),
  FMUL_S(
      SINGLE,
      "fmul.s ft3, ft0, ft1",
      (a, b, c, rm, s) -> box(Binary32.mul(unbox(a), unbox(b), rm, s)),
      (a, b, c, rm, s) -> box((int) SoftArithmetic.mul(SINGLE, low(a), low(b), rm, s))),
  FDIV_S(
      SINGLE,
      "fdiv.s ft3, ft0, ft1",
      (a, b, c, rm, s) -> box(Binary32.div(unbox(a), unbox(b), rm, s)),
      (a, b, c, rm, s) -> box((int) SoftArithmetic.div(SINGLE, low(a), low(b), rm, s))),
  FSQRT_S(
      SINGLE,
      "fsqrt.s ft3, ft0",
      (a, b, c, rm, s) -> box(Binary32.sqrt(unbox(a), rm, s)),
      (a, b, c, rm, s) -> box((int) SoftArithmetic.sqrt(SINGLE, low(a), rm, s))),
  FMADD_S(
      SINGLE,
      "fmadd.s ft3, ft0, ft1, ft2",
      (a, b, c, rm, s) -> box(Binary32.fmadd(unbox(a), unbox(b), unbox(c), rm, s)),
      (a, b, c, rm, s) -> box((int) SoftFma.fma(SINGLE, low(a), low(b), low(c), rm, s))),
  FMSUB_S(
      SINGLE,
      "fmsub.s ft3, ft0, ft1, ft2",
      (a, b, c, rm, s) -> box(Binary32.fmsub(unbox(a), unbox(b), unbox(c), rm, s)),
      (a, b, c, rm, s) ->
          box((int) SoftFma.fma(SINGLE, low(a), low(b), SINGLE.negated(low(c)), rm, s))),
  FNMSUB_S(
      SINGLE,
      "fnmsub.s ft3, ft0, ft1, ft2",
      (a, b, c, rm, s) -> box(Binary32.fnmsub(unbox(a), unbox(b), unbox(c), rm, s)),
      (a, b, c, rm, s) ->
          box((int) SoftFma.fma(SINGLE, SINGLE.negated(low(a)), low(b), low(c), rm, s))),
  FNMADD_S(
      SINGLE,
      "fnmadd.s ft3, ft0, ft1, ft2",
      (a, b, c, rm, s) -> box(Binary32.fnmadd(unbox(a), unbox(b), unbox(c), rm, s)),
      (a, b, c, rm, s) ->
          box(
              (int)
                  SoftFma.fma(
                      SINGLE, SINGLE.negated(low(a)), low(b), SINGLE.negated(low(c)), rm, s))),
  FMIN_S(
      SINGLE, "fmin.s ft3, ft0, ft1", (a, b, c, rm, s) -> box(Binary32.min(unbox(a), unbox(b), s))),
  FMAX_S(
      SINGLE, "fmax.s ft3, ft0, ft1", (a, b, c, rm, s) -> box(Binary32.max(unbox(a), unbox(b), s))),
  FSGNJ_S(
      SINGLE, "fsgnj.s ft3, ft0, ft1", (a, b, c, rm, s) -> box(Binary32.sgnj(unbox(a), unbox(b)))),
  FSGNJN_S(
      SINGLE,
      "fsgnjn.s ft3, ft0, ft1",
      (a, b, c, rm, s) -> box(Binary32.sgnjn(unbox(a), unbox(b)))),
  FSGNJX_S(
      SINGLE,
      "fsgnjx.s ft3, ft0, ft1",
      (a, b, c, rm, s) -> box(Binary32.sgnjx(unbox(a), unbox(b)))),
  FEQ_S(SINGLE, "feq.s t1, ft0, ft1", (a, b, c, rm, s) -> bit(Binary32.eq(unbox(a), unbox(b), s))),
  FLT_S(SINGLE, "flt.s t1, ft0, ft1", (a, b, c, rm, s) -> bit(Binary32.lt(unbox(a), unbox(b), s))),
  FLE_S(SINGLE, "fle.s t1, ft0, ft1", (a, b, c, rm, s) -> bit(Binary32.le(unbox(a), unbox(b), s))),
  FCLASS_S(SINGLE, "fclass.s t1, ft0", (a, b, c, rm, s) -> Binary32.classify(unbox(a))),
  FADD_D(
      DOUBLE,
      "fadd.d ft3, ft0, ft1",
      (a, b, c, rm, s) -> Binary64.add(a, b, rm, s),
      (a, b, c, rm, s) -> SoftArithmetic.add(DOUBLE, a, b, rm, s)),
  FSUB_D(
      DOUBLE,
      "fsub.d ft3, ft0, ft1",
      (a, b, c, rm, s) -> Binary64.sub(a, b, rm, s),
      (a, b, c, rm, s) -> SoftArithmetic.add(DOUBLE, a, DOUBLE.negated(b), rm, s)),
  FMUL_D(
      DOUBLE,
      "fmul.d ft3, ft0, ft1",
      (a, b, c, rm, s) -> Binary64.mul(a, b, rm, s),
      (a, b, c, rm, s) -> SoftArithmetic.mul(DOUBLE, a, b, rm, s)),
  FDIV_D(
      DOUBLE,
      "fdiv.d ft3, ft0, ft1",
      (a, b, c, rm, s) -> Binary64.div(a, b, rm, s),
      (a, b, c, rm, s) -> SoftArithmetic.div(DOUBLE, a, b, rm, s)),
  FSQRT_D(
      DOUBLE,
      "fsqrt.d ft3, ft0",
      (a, b, c, rm, s) -> Binary64.sqrt(a, rm, s),
      (a, b, c, rm, s) -> SoftArithmetic.sqrt(DOUBLE, a, rm, s)),
  FMADD_D(
      DOUBLE,
      "fmadd.d ft3, ft0, ft1, ft2",
      (a, b, c, rm, s) -> Binary64.fmadd(a, b, c, rm, s),
      (a, b, c, rm, s) -> SoftFma.fma(DOUBLE, a, b, c, rm, s)),
  FMSUB_D(
      DOUBLE,
      "fmsub.d ft3, ft0, ft1, ft2",
      (a, b, c, rm, s) -> Binary64.fmsub(a, b, c, rm, s),
      (a, b, c, rm, s) -> SoftFma.fma(DOUBLE, a, b, DOUBLE.negated(c), rm, s)),
  FNMSUB_D(
      DOUBLE,
      "fnmsub.d ft3, ft0, ft1, ft2",
      (a, b, c, rm, s) -> Binary64.fnmsub(a, b, c, rm, s),
      (a, b, c, rm, s) -> SoftFma.fma(DOUBLE, DOUBLE.negated(a), b, c, rm, s)),
  FNMADD_D(
      DOUBLE,
      "fnmadd.d ft3, ft0, ft1, ft2",
      (a, b, c, rm, s) -> Binary64.fnmadd(a, b, c, rm, s),
      (a, b, c, rm, s) -> SoftFma.fma(DOUBLE, DOUBLE.negated(a), b, DOUBLE.negated(c), rm, s)),
  FMIN_D(DOUBLE, "fmin.d ft3, ft0, ft1", (a, b, c, rm, s) -> Binary64.min(a, b, s)),
  FMAX_D(DOUBLE, "fmax.d ft3, ft0, ft1", (a, b, c, rm, s) -> Binary64.max(a, b, s)),
  FSGNJ_D(DOUBLE, "fsgnj.d ft3, ft0, ft1", (a, b, c, rm, s) -> Binary64.sgnj(a, b)),
  FSGNJN_D(DOUBLE, "fsgnjn.d ft3, ft0, ft1", (a, b, c, rm, s) -> Binary64.sgnjn(a, b)),
  FSGNJX_D(DOUBLE, "fsgnjx.d ft3, ft0, ft1", (a, b, c, rm, s) -> Binary64.sgnjx(a, b)),
  FEQ_D(DOUBLE, "feq.d t1, ft0, ft1", (a, b, c, rm, s) -> bit(Binary64.eq(a, b, s))),
  FLT_D(DOUBLE, "flt.d t1, ft0, ft1", (a, b, c, rm, s) -> bit(Binary64.lt(a, b, s))),
  FLE_D(DOUBLE, "fle.d t1, ft0, ft1", (a, b, c, rm, s) -> bit(Binary64.le(a, b, s))),
  FCLASS_D(DOUBLE, "fclass.d t1, ft0", (a, b, c, rm, s) -> Binary64.classify(a)),
  FCVT_W_S(
      SINGLE,
      "fcvt.w.s t1, ft0",
      (a, b, c, rm, s) -> Convert.singleToInt32(unbox(a), rm, s),
      (a, b, c, rm, s) -> (int) SoftConvert.toInteger(wide(a), 1L << 31, (1L << 31) - 1, rm, s)),
  FCVT_WU_S(
      SINGLE,
      "fcvt.wu.s t1, ft0",
      (a, b, c, rm, s) -> Convert.singleToUint32(unbox(a), rm, s),
      (a, b, c, rm, s) -> (int) SoftConvert.toInteger(wide(a), 0, (1L << 32) - 1, rm, s)),
  FCVT_L_S(
      SINGLE,
      "fcvt.l.s t1, ft0",
      (a, b, c, rm, s) -> Convert.singleToInt64(unbox(a), rm, s),
      (a, b, c, rm, s) -> SoftConvert.toInteger(wide(a), 1L << 63, (1L << 63) - 1, rm, s)),
  FCVT_LU_S(
      SINGLE,
      "fcvt.lu.s t1, ft0",
      (a, b, c, rm, s) -> Convert.singleToUint64(unbox(a), rm, s),
      (a, b, c, rm, s) -> SoftConvert.toInteger(wide(a), 0, -1L, rm, s)),
  FCVT_W_D(
      DOUBLE,
      "fcvt.w.d t1, ft0",
      (a, b, c, rm, s) -> Convert.doubleToInt32(a, rm, s),
      (a, b, c, rm, s) -> (int) SoftConvert.toInteger(a, 1L << 31, (1L << 31) - 1, rm, s)),
  FCVT_WU_D(
      DOUBLE,
      "fcvt.wu.d t1, ft0",
      (a, b, c, rm, s) -> Convert.doubleToUint32(a, rm, s),
      (a, b, c, rm, s) -> (int) SoftConvert.toInteger(a, 0, (1L << 32) - 1, rm, s)),
  FCVT_L_D(
      DOUBLE,
      "fcvt.l.d t1, ft0",
      (a, b, c, rm, s) -> Convert.doubleToInt64(a, rm, s),
      (a, b, c, rm, s) -> SoftConvert.toInteger(a, 1L << 63, (1L << 63) - 1, rm, s)),
  FCVT_LU_D(
      DOUBLE,
      "fcvt.lu.d t1, ft0",
      (a, b, c, rm, s) -> Convert.doubleToUint64(a, rm, s),
      (a, b, c, rm, s) -> SoftConvert.toInteger(a, 0, -1L, rm, s)),
  FCVT_S_W(
      null,
      "fcvt.s.w ft3, t0",
      (a, b, c, rm, s) -> box(Convert.int32ToSingle((int) a, rm, s)),
      (a, b, c, rm, s) -> box((int) SoftConvert.fromSigned(SINGLE, (int) a, rm, s))),
  FCVT_S_WU(
      null,
      "fcvt.s.wu ft3, t0",
      (a, b, c, rm, s) -> box(Convert.uint32ToSingle((int) a, rm, s)),
      (a, b, c, rm, s) -> box((int) SoftConvert.fromUnsigned(SINGLE, a & 0xffff_ffffL, rm, s))),
  FCVT_S_L(
      null,
      "fcvt.s.l ft3, t0",
      (a, b, c, rm, s) -> box(Convert.int64ToSingle(a, rm, s)),
      (a, b, c, rm, s) -> box((int) SoftConvert.fromSigned(SINGLE, a, rm, s))),
  FCVT_S_LU(
      null,
      "fcvt.s.lu ft3, t0",
      (a, b, c, rm, s) -> box(Convert.uint64ToSingle(a, rm, s)),
      (a, b, c, rm, s) -> box((int) SoftConvert.fromUnsigned(SINGLE, a, rm, s))),
  FCVT_D_W(
      null,
      "fcvt.d.w ft3, t0",
      (a, b, c, rm, s) -> Convert.int32ToDouble((int) a),
      (a, b, c, rm, s) -> SoftConvert.fromSigned(DOUBLE, (int) a, rm, s)),
  FCVT_D_WU(
      null,
      "fcvt.d.wu ft3, t0",
      (a, b, c, rm, s) -> Convert.uint32ToDouble((int) a),
      (a, b, c, rm, s) -> SoftConvert.fromUnsigned(DOUBLE, a & 0xffff_ffffL, rm, s)),
  FCVT_D_L(
      null,
      "fcvt.d.l ft3, t0",
      (a, b, c, rm, s) -> Convert.int64ToDouble(a, rm, s),
      (a, b, c, rm, s) -> SoftConvert.fromSigned(DOUBLE, a, rm, s)),
  FCVT_D_LU(
      null,
      "fcvt.d.lu ft3, t0",
      (a, b, c, rm, s) -> Convert.uint64ToDouble(a, rm, s),
      (a, b, c, rm, s) -> SoftConvert.fromUnsigned(DOUBLE, a, rm, s)),
  FCVT_D_S(
      SINGLE,
      "fcvt.d.s ft3, ft0",
      (a, b, c, rm, s) -> Convert.singleToDouble(unbox(a), s),
      (a, b, c, rm, s) -> SoftConvert.toFormat(SINGLE, DOUBLE, low(a), rm, s)),
  FCVT_S_D(
      DOUBLE,
      "fcvt.s.d ft3, ft0",
      (a, b, c, rm, s) -> box(Convert.doubleToSingle(a, rm, s)),
      (a, b, c, rm, s) -> box((int) SoftConvert.toFormat(DOUBLE, SINGLE, a, rm, s)));

  /** One evaluation of an instruction on whole registers. */
  interface Evaluation {
    long apply(long a, long b, long c, int rm, FpStatus status);
  }

  /** The format of the operands, or null if the operand is an integer. */
  final Format operands;

  final String assembly;
  final Evaluation publicMethod;

  /** The integer route, or the public method where there is nothing to round. */
  final Evaluation integerRoute;

  Operation(Format operands, String assembly, Evaluation publicMethod) {
    this(operands, assembly, publicMethod, publicMethod);
  }

  Operation(Format operands, String assembly, Evaluation publicMethod, Evaluation integerRoute) {
    this.operands = operands;
    this.assembly = assembly;
    this.publicMethod = publicMethod;
    this.integerRoute = integerRoute;
  }

  boolean writesInteger() {
    return assembly.contains(" t1,");
  }

  private static long low(long register) {
    return Integer.toUnsignedLong(unbox(register));
  }

  /** The single in a register as a double; by the integer route as well. */
  private static long wide(long register) {
    return SoftConvert.toFormat(SINGLE, DOUBLE, low(register), Rounding.RNE, new FpStatus());
  }

  private static long bit(boolean value) {
    return value ? 1 : 0;
  }
}

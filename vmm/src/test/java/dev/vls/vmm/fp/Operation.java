package dev.vls.vmm.fp;

import static dev.vls.vmm.fp.Format.DOUBLE;
import static dev.vls.vmm.fp.Format.SINGLE;
import static dev.vls.vmm.fp.NanBox.box;
import static dev.vls.vmm.fp.NanBox.unbox;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Every computing instruction of F and D in three forms: assembly for the oracle, the public
 * method, and, where there is one, the integer route. Operands and results are whole registers.
 *
 * <p>In assembly, operands are in ft0, ft1, ft2 (and the first also in t0); the result goes to ft3
 * or t1.
 */
final class Operation {
  private static final List<Operation> ALL = new ArrayList<>();

  static final Operation FADD_S =
      new Operation(
          SINGLE,
          "fadd.s ft3, ft0, ft1",
          (a, b, c, rm, s) -> box(Binary32.add(unbox(a), unbox(b), rm, s)),
          (a, b, c, rm, s) -> box((int) SoftArithmetic.add(SINGLE, low(a), low(b), rm, s)));
  static final Operation FSUB_S =
      new Operation(
          SINGLE,
          "fsub.s ft3, ft0, ft1",
          (a, b, c, rm, s) -> box(Binary32.sub(unbox(a), unbox(b), rm, s)),
          (a, b, c, rm, s) ->
              box((int) SoftArithmetic.add(SINGLE, low(a), SINGLE.negated(low(b)), rm, s)));
  static final Operation FMUL_S =
      new Operation(
          SINGLE,
          "fmul.s ft3, ft0, ft1",
          (a, b, c, rm, s) -> box(Binary32.mul(unbox(a), unbox(b), rm, s)),
          (a, b, c, rm, s) -> box((int) SoftArithmetic.mul(SINGLE, low(a), low(b), rm, s)));
  static final Operation FDIV_S =
      new Operation(
          SINGLE,
          "fdiv.s ft3, ft0, ft1",
          (a, b, c, rm, s) -> box(Binary32.div(unbox(a), unbox(b), rm, s)),
          (a, b, c, rm, s) -> box((int) SoftArithmetic.div(SINGLE, low(a), low(b), rm, s)));
  static final Operation FSQRT_S =
      new Operation(
          SINGLE,
          "fsqrt.s ft3, ft0",
          (a, b, c, rm, s) -> box(Binary32.sqrt(unbox(a), rm, s)),
          (a, b, c, rm, s) -> box((int) SoftArithmetic.sqrt(SINGLE, low(a), rm, s)));
  static final Operation FMADD_S =
      new Operation(
          SINGLE,
          "fmadd.s ft3, ft0, ft1, ft2",
          (a, b, c, rm, s) -> box(Binary32.fmadd(unbox(a), unbox(b), unbox(c), rm, s)),
          (a, b, c, rm, s) -> box((int) SoftFma.fma(SINGLE, low(a), low(b), low(c), rm, s)));
  static final Operation FMSUB_S =
      new Operation(
          SINGLE,
          "fmsub.s ft3, ft0, ft1, ft2",
          (a, b, c, rm, s) -> box(Binary32.fmsub(unbox(a), unbox(b), unbox(c), rm, s)),
          (a, b, c, rm, s) ->
              box((int) SoftFma.fma(SINGLE, low(a), low(b), SINGLE.negated(low(c)), rm, s)));
  static final Operation FNMSUB_S =
      new Operation(
          SINGLE,
          "fnmsub.s ft3, ft0, ft1, ft2",
          (a, b, c, rm, s) -> box(Binary32.fnmsub(unbox(a), unbox(b), unbox(c), rm, s)),
          (a, b, c, rm, s) ->
              box((int) SoftFma.fma(SINGLE, SINGLE.negated(low(a)), low(b), low(c), rm, s)));
  static final Operation FNMADD_S =
      new Operation(
          SINGLE,
          "fnmadd.s ft3, ft0, ft1, ft2",
          (a, b, c, rm, s) -> box(Binary32.fnmadd(unbox(a), unbox(b), unbox(c), rm, s)),
          (a, b, c, rm, s) ->
              box(
                  (int)
                      SoftFma.fma(
                          SINGLE, SINGLE.negated(low(a)), low(b), SINGLE.negated(low(c)), rm, s)));
  static final Operation FMIN_S =
      new Operation(
          SINGLE,
          "fmin.s ft3, ft0, ft1",
          (a, b, c, rm, s) -> box(Binary32.min(unbox(a), unbox(b), s)));
  static final Operation FMAX_S =
      new Operation(
          SINGLE,
          "fmax.s ft3, ft0, ft1",
          (a, b, c, rm, s) -> box(Binary32.max(unbox(a), unbox(b), s)));
  static final Operation FSGNJ_S =
      new Operation(
          SINGLE,
          "fsgnj.s ft3, ft0, ft1",
          (a, b, c, rm, s) -> box(Binary32.sgnj(unbox(a), unbox(b))));
  static final Operation FSGNJN_S =
      new Operation(
          SINGLE,
          "fsgnjn.s ft3, ft0, ft1",
          (a, b, c, rm, s) -> box(Binary32.sgnjn(unbox(a), unbox(b))));
  static final Operation FSGNJX_S =
      new Operation(
          SINGLE,
          "fsgnjx.s ft3, ft0, ft1",
          (a, b, c, rm, s) -> box(Binary32.sgnjx(unbox(a), unbox(b))));
  static final Operation FEQ_S =
      new Operation(
          SINGLE,
          "feq.s t1, ft0, ft1",
          (a, b, c, rm, s) -> bit(Binary32.eq(unbox(a), unbox(b), s)));
  static final Operation FLT_S =
      new Operation(
          SINGLE,
          "flt.s t1, ft0, ft1",
          (a, b, c, rm, s) -> bit(Binary32.lt(unbox(a), unbox(b), s)));
  static final Operation FLE_S =
      new Operation(
          SINGLE,
          "fle.s t1, ft0, ft1",
          (a, b, c, rm, s) -> bit(Binary32.le(unbox(a), unbox(b), s)));
  static final Operation FCLASS_S =
      new Operation(SINGLE, "fclass.s t1, ft0", (a, b, c, rm, s) -> Binary32.classify(unbox(a)));
  static final Operation FADD_D =
      new Operation(
          DOUBLE,
          "fadd.d ft3, ft0, ft1",
          (a, b, c, rm, s) -> Binary64.add(a, b, rm, s),
          (a, b, c, rm, s) -> SoftArithmetic.add(DOUBLE, a, b, rm, s));
  static final Operation FSUB_D =
      new Operation(
          DOUBLE,
          "fsub.d ft3, ft0, ft1",
          (a, b, c, rm, s) -> Binary64.sub(a, b, rm, s),
          (a, b, c, rm, s) -> SoftArithmetic.add(DOUBLE, a, DOUBLE.negated(b), rm, s));
  static final Operation FMUL_D =
      new Operation(
          DOUBLE,
          "fmul.d ft3, ft0, ft1",
          (a, b, c, rm, s) -> Binary64.mul(a, b, rm, s),
          (a, b, c, rm, s) -> SoftArithmetic.mul(DOUBLE, a, b, rm, s));
  static final Operation FDIV_D =
      new Operation(
          DOUBLE,
          "fdiv.d ft3, ft0, ft1",
          (a, b, c, rm, s) -> Binary64.div(a, b, rm, s),
          (a, b, c, rm, s) -> SoftArithmetic.div(DOUBLE, a, b, rm, s));
  static final Operation FSQRT_D =
      new Operation(
          DOUBLE,
          "fsqrt.d ft3, ft0",
          (a, b, c, rm, s) -> Binary64.sqrt(a, rm, s),
          (a, b, c, rm, s) -> SoftArithmetic.sqrt(DOUBLE, a, rm, s));
  static final Operation FMADD_D =
      new Operation(
          DOUBLE,
          "fmadd.d ft3, ft0, ft1, ft2",
          (a, b, c, rm, s) -> Binary64.fmadd(a, b, c, rm, s),
          (a, b, c, rm, s) -> SoftFma.fma(DOUBLE, a, b, c, rm, s));
  static final Operation FMSUB_D =
      new Operation(
          DOUBLE,
          "fmsub.d ft3, ft0, ft1, ft2",
          (a, b, c, rm, s) -> Binary64.fmsub(a, b, c, rm, s),
          (a, b, c, rm, s) -> SoftFma.fma(DOUBLE, a, b, DOUBLE.negated(c), rm, s));
  static final Operation FNMSUB_D =
      new Operation(
          DOUBLE,
          "fnmsub.d ft3, ft0, ft1, ft2",
          (a, b, c, rm, s) -> Binary64.fnmsub(a, b, c, rm, s),
          (a, b, c, rm, s) -> SoftFma.fma(DOUBLE, DOUBLE.negated(a), b, c, rm, s));
  static final Operation FNMADD_D =
      new Operation(
          DOUBLE,
          "fnmadd.d ft3, ft0, ft1, ft2",
          (a, b, c, rm, s) -> Binary64.fnmadd(a, b, c, rm, s),
          (a, b, c, rm, s) -> SoftFma.fma(DOUBLE, DOUBLE.negated(a), b, DOUBLE.negated(c), rm, s));
  static final Operation FMIN_D =
      new Operation(DOUBLE, "fmin.d ft3, ft0, ft1", (a, b, c, rm, s) -> Binary64.min(a, b, s));
  static final Operation FMAX_D =
      new Operation(DOUBLE, "fmax.d ft3, ft0, ft1", (a, b, c, rm, s) -> Binary64.max(a, b, s));
  static final Operation FSGNJ_D =
      new Operation(DOUBLE, "fsgnj.d ft3, ft0, ft1", (a, b, c, rm, s) -> Binary64.sgnj(a, b));
  static final Operation FSGNJN_D =
      new Operation(DOUBLE, "fsgnjn.d ft3, ft0, ft1", (a, b, c, rm, s) -> Binary64.sgnjn(a, b));
  static final Operation FSGNJX_D =
      new Operation(DOUBLE, "fsgnjx.d ft3, ft0, ft1", (a, b, c, rm, s) -> Binary64.sgnjx(a, b));
  static final Operation FEQ_D =
      new Operation(DOUBLE, "feq.d t1, ft0, ft1", (a, b, c, rm, s) -> bit(Binary64.eq(a, b, s)));
  static final Operation FLT_D =
      new Operation(DOUBLE, "flt.d t1, ft0, ft1", (a, b, c, rm, s) -> bit(Binary64.lt(a, b, s)));
  static final Operation FLE_D =
      new Operation(DOUBLE, "fle.d t1, ft0, ft1", (a, b, c, rm, s) -> bit(Binary64.le(a, b, s)));
  static final Operation FCLASS_D =
      new Operation(DOUBLE, "fclass.d t1, ft0", (a, b, c, rm, s) -> Binary64.classify(a));
  static final Operation FCVT_W_S =
      new Operation(
          SINGLE,
          "fcvt.w.s t1, ft0",
          (a, b, c, rm, s) -> Convert.singleToInt32(unbox(a), rm, s),
          (a, b, c, rm, s) ->
              (int) SoftConvert.toInteger(wide(a), 1L << 31, (1L << 31) - 1, rm, s));
  static final Operation FCVT_WU_S =
      new Operation(
          SINGLE,
          "fcvt.wu.s t1, ft0",
          (a, b, c, rm, s) -> Convert.singleToUint32(unbox(a), rm, s),
          (a, b, c, rm, s) -> (int) SoftConvert.toInteger(wide(a), 0, (1L << 32) - 1, rm, s));
  static final Operation FCVT_L_S =
      new Operation(
          SINGLE,
          "fcvt.l.s t1, ft0",
          (a, b, c, rm, s) -> Convert.singleToInt64(unbox(a), rm, s),
          (a, b, c, rm, s) -> SoftConvert.toInteger(wide(a), 1L << 63, (1L << 63) - 1, rm, s));
  static final Operation FCVT_LU_S =
      new Operation(
          SINGLE,
          "fcvt.lu.s t1, ft0",
          (a, b, c, rm, s) -> Convert.singleToUint64(unbox(a), rm, s),
          (a, b, c, rm, s) -> SoftConvert.toInteger(wide(a), 0, -1L, rm, s));
  static final Operation FCVT_W_D =
      new Operation(
          DOUBLE,
          "fcvt.w.d t1, ft0",
          (a, b, c, rm, s) -> Convert.doubleToInt32(a, rm, s),
          (a, b, c, rm, s) -> (int) SoftConvert.toInteger(a, 1L << 31, (1L << 31) - 1, rm, s));
  static final Operation FCVT_WU_D =
      new Operation(
          DOUBLE,
          "fcvt.wu.d t1, ft0",
          (a, b, c, rm, s) -> Convert.doubleToUint32(a, rm, s),
          (a, b, c, rm, s) -> (int) SoftConvert.toInteger(a, 0, (1L << 32) - 1, rm, s));
  static final Operation FCVT_L_D =
      new Operation(
          DOUBLE,
          "fcvt.l.d t1, ft0",
          (a, b, c, rm, s) -> Convert.doubleToInt64(a, rm, s),
          (a, b, c, rm, s) -> SoftConvert.toInteger(a, 1L << 63, (1L << 63) - 1, rm, s));
  static final Operation FCVT_LU_D =
      new Operation(
          DOUBLE,
          "fcvt.lu.d t1, ft0",
          (a, b, c, rm, s) -> Convert.doubleToUint64(a, rm, s),
          (a, b, c, rm, s) -> SoftConvert.toInteger(a, 0, -1L, rm, s));
  static final Operation FCVT_S_W =
      new Operation(
          null,
          "fcvt.s.w ft3, t0",
          (a, b, c, rm, s) -> box(Convert.int32ToSingle((int) a, rm, s)),
          (a, b, c, rm, s) -> box((int) SoftConvert.fromSigned(SINGLE, word(a), rm, s)));
  static final Operation FCVT_S_WU =
      new Operation(
          null,
          "fcvt.s.wu ft3, t0",
          (a, b, c, rm, s) -> box(Convert.uint32ToSingle((int) a, rm, s)),
          (a, b, c, rm, s) -> box((int) SoftConvert.fromUnsigned(SINGLE, a & 0xffff_ffffL, rm, s)));
  static final Operation FCVT_S_L =
      new Operation(
          null,
          "fcvt.s.l ft3, t0",
          (a, b, c, rm, s) -> box(Convert.int64ToSingle(a, rm, s)),
          (a, b, c, rm, s) -> box((int) SoftConvert.fromSigned(SINGLE, a, rm, s)));
  static final Operation FCVT_S_LU =
      new Operation(
          null,
          "fcvt.s.lu ft3, t0",
          (a, b, c, rm, s) -> box(Convert.uint64ToSingle(a, rm, s)),
          (a, b, c, rm, s) -> box((int) SoftConvert.fromUnsigned(SINGLE, a, rm, s)));
  static final Operation FCVT_D_W =
      new Operation(
          null,
          "fcvt.d.w ft3, t0",
          (a, b, c, rm, s) -> Convert.int32ToDouble((int) a),
          (a, b, c, rm, s) -> SoftConvert.fromSigned(DOUBLE, word(a), rm, s));
  static final Operation FCVT_D_WU =
      new Operation(
          null,
          "fcvt.d.wu ft3, t0",
          (a, b, c, rm, s) -> Convert.uint32ToDouble((int) a),
          (a, b, c, rm, s) -> SoftConvert.fromUnsigned(DOUBLE, a & 0xffff_ffffL, rm, s));
  static final Operation FCVT_D_L =
      new Operation(
          null,
          "fcvt.d.l ft3, t0",
          (a, b, c, rm, s) -> Convert.int64ToDouble(a, rm, s),
          (a, b, c, rm, s) -> SoftConvert.fromSigned(DOUBLE, a, rm, s));
  static final Operation FCVT_D_LU =
      new Operation(
          null,
          "fcvt.d.lu ft3, t0",
          (a, b, c, rm, s) -> Convert.uint64ToDouble(a, rm, s),
          (a, b, c, rm, s) -> SoftConvert.fromUnsigned(DOUBLE, a, rm, s));
  static final Operation FCVT_D_S =
      new Operation(
          SINGLE,
          "fcvt.d.s ft3, ft0",
          (a, b, c, rm, s) -> Convert.singleToDouble(unbox(a), s),
          (a, b, c, rm, s) -> SoftConvert.toFormat(SINGLE, DOUBLE, low(a), rm, s));
  static final Operation FCVT_S_D =
      new Operation(
          DOUBLE,
          "fcvt.s.d ft3, ft0",
          (a, b, c, rm, s) -> box(Convert.doubleToSingle(a, rm, s)),
          (a, b, c, rm, s) -> box((int) SoftConvert.toFormat(DOUBLE, SINGLE, a, rm, s)));

  /** One evaluation of an instruction on whole registers. */
  interface Evaluation {
    long apply(long a, long b, long c, int rm, FpStatus status);
  }

  /** The position in {@link #all}, by which the oracle knows the operation. */
  final int number;

  /** The format of the operands, or null if the operand is an integer. */
  final Format operands;

  final String assembly;
  final Evaluation publicMethod;

  /** The integer route, or the public method where there is nothing to round. */
  final Evaluation integerRoute;

  private Operation(Format operands, String assembly, Evaluation publicMethod) {
    this(operands, assembly, publicMethod, publicMethod);
  }

  private Operation(
      Format operands, String assembly, Evaluation publicMethod, Evaluation integerRoute) {
    this.number = ALL.size();
    this.operands = operands;
    this.assembly = assembly;
    this.publicMethod = publicMethod;
    this.integerRoute = integerRoute;
    ALL.add(this);
  }

  /** All operations in the order of their numbers. */
  static List<Operation> all() {
    return Collections.unmodifiableList(ALL);
  }

  boolean writesInteger() {
    return assembly.contains(" t1,");
  }

  @Override
  public String toString() {
    return assembly.substring(0, assembly.indexOf(' '));
  }

  private static long low(long register) {
    return Integer.toUnsignedLong(unbox(register));
  }

  /** The single in a register as a double; by the integer route as well. */
  private static long wide(long register) {
    return SoftConvert.toFormat(SINGLE, DOUBLE, low(register), Rounding.RNE, new FpStatus());
  }

  private static long word(long register) {
    return register << 32 >> 32;
  }

  private static long bit(boolean value) {
    return value ? 1 : 0;
  }
}

package dev.vls.vmm.fp;

/**
 * Operations on binary64 numbers, as raw bits, with the results and flags of the RISC-V D
 * extension.
 *
 * <p>Each arithmetic method first tries the host: under round-to-nearest-even, if the host's result
 * shows that no other exception can have occurred, only NX is left to know, and that is known if it
 * is already sticky or if {@link Exactness} finds that nothing was lost. Otherwise the integer
 * route computes bits and flags. Both give the same.
 *
 * <p>Conventions: {@code rm} is a number of {@link Rounding}; flags are added to {@code status},
 * never cleared; every NaN result is canonical, except from sign injection. Any thread.
 */
public final class Binary64 {
  private static final Format FORMAT = Format.DOUBLE;
  private static final long SIGN = 1L << 63;

  private Binary64() {}

  /** FADD.D: {@code a + b}. */
  public static long add(long a, long b, int rm, FpStatus status) {
    if (rm == Rounding.RNE) {
      double x = Double.longBitsToDouble(a);
      double y = Double.longBitsToDouble(b);
      double r = x + y;
      // A subnormal sum is exact, so that only overflow and invalid operands need excluding.
      if (Double.isFinite(r) && (status.inexactIsSticky() || Exactness.ofSum(x, y, r))) {
        return Double.doubleToRawLongBits(r);
      }
    }
    return SoftArithmetic.add(FORMAT, a, b, rm, status);
  }

  /** FSUB.D: {@code a - b}. */
  public static long sub(long a, long b, int rm, FpStatus status) {
    return add(a, b ^ SIGN, rm, status);
  }

  /** FMUL.D: {@code a * b}. */
  public static long mul(long a, long b, int rm, FpStatus status) {
    if (rm == Rounding.RNE) {
      double x = Double.longBitsToDouble(a);
      double y = Double.longBitsToDouble(b);
      double r = x * y;
      boolean hostKnows =
          isSafelyNormal(r)
              ? status.inexactIsSticky() || Exactness.ofProduct(x, y, r)
              : r == 0 && (x == 0 || y == 0);
      if (hostKnows) {
        return Double.doubleToRawLongBits(r);
      }
    }
    return SoftArithmetic.mul(FORMAT, a, b, rm, status);
  }

  /** FDIV.D: {@code a / b}. */
  public static long div(long a, long b, int rm, FpStatus status) {
    if (rm == Rounding.RNE) {
      double x = Double.longBitsToDouble(a);
      double y = Double.longBitsToDouble(b);
      double r = x / y;
      boolean hostKnows =
          isSafelyNormal(r)
              ? status.inexactIsSticky() || Exactness.ofQuotient(x, y, r)
              : r == 0 && x == 0;
      if (hostKnows) {
        return Double.doubleToRawLongBits(r);
      }
    }
    return SoftArithmetic.div(FORMAT, a, b, rm, status);
  }

  /** FSQRT.D: the square root of {@code a}. */
  public static long sqrt(long a, int rm, FpStatus status) {
    double x = Double.longBitsToDouble(a);
    if (rm == Rounding.RNE && x > 0 && x <= Double.MAX_VALUE) {
      double r = Math.sqrt(x);
      if (status.inexactIsSticky() || Exactness.ofRoot(x, r)) {
        return Double.doubleToRawLongBits(r);
      }
    }
    return SoftArithmetic.sqrt(FORMAT, a, rm, status);
  }

  /** FMADD.D: {@code a * b + c}, rounded once. */
  public static long fmadd(long a, long b, long c, int rm, FpStatus status) {
    if (rm == Rounding.RNE) {
      double x = Double.longBitsToDouble(a);
      double y = Double.longBitsToDouble(b);
      double z = Double.longBitsToDouble(c);
      double r = Math.fma(x, y, z);
      if (isSafelyNormal(r) && (status.inexactIsSticky() || Exactness.ofFma(x, y, z, r))) {
        return Double.doubleToRawLongBits(r);
      }
    }
    return SoftFma.fma(FORMAT, a, b, c, rm, status);
  }

  /** FMSUB.D: {@code a * b - c}, rounded once. */
  public static long fmsub(long a, long b, long c, int rm, FpStatus status) {
    return fmadd(a, b, c ^ SIGN, rm, status);
  }

  /** FNMSUB.D: {@code -(a * b) + c}, rounded once. */
  public static long fnmsub(long a, long b, long c, int rm, FpStatus status) {
    return fmadd(a ^ SIGN, b, c, rm, status);
  }

  /** FNMADD.D: {@code -(a * b) - c}, rounded once. */
  public static long fnmadd(long a, long b, long c, int rm, FpStatus status) {
    return fmadd(a ^ SIGN, b, c ^ SIGN, rm, status);
  }

  /** FMIN.D: IEEE 754-2019 minimumNumber, with -0 below +0. */
  public static long min(long a, long b, FpStatus status) {
    double x = Double.longBitsToDouble(a);
    double y = Double.longBitsToDouble(b);
    if (x == y) {
      // The same bits, or two zeros, of which the negative one is less.
      return a | b;
    }
    return x < y ? a : y < x ? b : number(a, b, status);
  }

  /** FMAX.D: IEEE 754-2019 maximumNumber, with +0 above -0. */
  public static long max(long a, long b, FpStatus status) {
    double x = Double.longBitsToDouble(a);
    double y = Double.longBitsToDouble(b);
    if (x == y) {
      return a & b;
    }
    return x > y ? a : y > x ? b : number(a, b, status);
  }

  /** FSGNJ.D: {@code a} with the sign of {@code b}; NaNs are not special. */
  public static long sgnj(long a, long b) {
    return (a & ~SIGN) | (b & SIGN);
  }

  /** FSGNJN.D: {@code a} with the opposite of the sign of {@code b}; NaNs are not special. */
  public static long sgnjn(long a, long b) {
    return (a & ~SIGN) | (~b & SIGN);
  }

  /** FSGNJX.D: {@code a} with the product of both signs; NaNs are not special. */
  public static long sgnjx(long a, long b) {
    return a ^ (b & SIGN);
  }

  /** FEQ.D: whether {@code a == b}; NV for signalling NaNs only. */
  public static boolean eq(long a, long b, FpStatus status) {
    double x = Double.longBitsToDouble(a);
    double y = Double.longBitsToDouble(b);
    if (Double.isNaN(x) || Double.isNaN(y)) {
      raiseIfSignaling(a, b, status);
      return false;
    }
    return x == y;
  }

  /** FLT.D: whether {@code a < b}; NV for any NaN. */
  public static boolean lt(long a, long b, FpStatus status) {
    double x = Double.longBitsToDouble(a);
    double y = Double.longBitsToDouble(b);
    if (Double.isNaN(x) || Double.isNaN(y)) {
      status.raise(FpStatus.NV);
      return false;
    }
    return x < y;
  }

  /** FLE.D: whether {@code a <= b}; NV for any NaN. */
  public static boolean le(long a, long b, FpStatus status) {
    double x = Double.longBitsToDouble(a);
    double y = Double.longBitsToDouble(b);
    if (Double.isNaN(x) || Double.isNaN(y)) {
      status.raise(FpStatus.NV);
      return false;
    }
    return x <= y;
  }

  /** FCLASS.D: the one-hot class mask of {@code a}, bit 0 (minus infinity) to bit 9 (quiet NaN). */
  public static int classify(long a) {
    return FORMAT.classify(a);
  }

  /** The operand that is a number, or the canonical NaN if none is. */
  private static long number(long a, long b, FpStatus status) {
    raiseIfSignaling(a, b, status);
    if (!FORMAT.isNan(a)) {
      return a;
    }
    return FORMAT.isNan(b) ? FORMAT.canonicalNan() : b;
  }

  private static void raiseIfSignaling(long a, long b, FpStatus status) {
    if (FORMAT.isSignaling(a) || FORMAT.isSignaling(b)) {
      status.raise(FpStatus.NV);
    }
  }

  /**
   * Whether a result of the host excludes NV, DZ, OF and UF. The least normal number itself is
   * excluded, because a number that is tiny after rounding can be delivered as it.
   */
  private static boolean isSafelyNormal(double r) {
    double magnitude = Math.abs(r);
    return magnitude > Double.MIN_NORMAL && magnitude <= Double.MAX_VALUE;
  }
}

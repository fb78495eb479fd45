package dev.vls.vmm.fp;

/**
 * Operations on binary32 numbers, as raw bits, with the results and flags of the RISC-V F
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
public final class Binary32 {
  private static final Format FORMAT = Format.SINGLE;
  private static final int SIGN = 0x8000_0000;

  private Binary32() {}

  /** FADD.S: {@code a + b}. */
  public static int add(int a, int b, int rm, FpStatus status) {
    if (rm == Rounding.RNE) {
      float x = Float.intBitsToFloat(a);
      float y = Float.intBitsToFloat(b);
      float r = x + y;
      // A subnormal sum is exact, so that only overflow and invalid operands need excluding.
      if (Float.isFinite(r) && (status.inexactIsSticky() || Exactness.ofSum(x, y, r))) {
        return Float.floatToRawIntBits(r);
      }
    }
    return (int)
        SoftArithmetic.add(
            FORMAT, Integer.toUnsignedLong(a), Integer.toUnsignedLong(b), rm, status);
  }

  /** FSUB.S: {@code a - b}. */
  public static int sub(int a, int b, int rm, FpStatus status) {
    return add(a, b ^ SIGN, rm, status);
  }

  /** FMUL.S: {@code a * b}. */
  public static int mul(int a, int b, int rm, FpStatus status) {
    if (rm == Rounding.RNE) {
      float x = Float.intBitsToFloat(a);
      float y = Float.intBitsToFloat(b);
      float r = x * y;
      boolean hostKnows =
          isSafelyNormal(r)
              ? status.inexactIsSticky() || (double) x * y == r
              : r == 0 && (x == 0 || y == 0);
      if (hostKnows) {
        return Float.floatToRawIntBits(r);
      }
    }
    return (int)
        SoftArithmetic.mul(
            FORMAT, Integer.toUnsignedLong(a), Integer.toUnsignedLong(b), rm, status);
  }

  /** FDIV.S: {@code a / b}. */
  public static int div(int a, int b, int rm, FpStatus status) {
    if (rm == Rounding.RNE) {
      float x = Float.intBitsToFloat(a);
      float y = Float.intBitsToFloat(b);
      float r = x / y;
      boolean hostKnows =
          isSafelyNormal(r) ? status.inexactIsSticky() || (double) r * y == x : r == 0 && x == 0;
      if (hostKnows) {
        return Float.floatToRawIntBits(r);
      }
    }
    return (int)
        SoftArithmetic.div(
            FORMAT, Integer.toUnsignedLong(a), Integer.toUnsignedLong(b), rm, status);
  }

  /** FSQRT.S: the square root of {@code a}. */
  public static int sqrt(int a, int rm, FpStatus status) {
    float x = Float.intBitsToFloat(a);
    if (rm == Rounding.RNE && x > 0 && x <= Float.MAX_VALUE) {
      // Rounding the double root again is innocuous: 53 >= 2 * 24 + 2 digits.
      float r = (float) Math.sqrt(x);
      if (status.inexactIsSticky() || (double) r * r == x) {
        return Float.floatToRawIntBits(r);
      }
    }
    return (int) SoftArithmetic.sqrt(FORMAT, Integer.toUnsignedLong(a), rm, status);
  }

  /** FMADD.S: {@code a * b + c}, rounded once. */
  public static int fmadd(int a, int b, int c, int rm, FpStatus status) {
    if (rm == Rounding.RNE) {
      float x = Float.intBitsToFloat(a);
      float y = Float.intBitsToFloat(b);
      float z = Float.intBitsToFloat(c);
      float r = Math.fma(x, y, z);
      if (isSafelyNormal(r) && (status.inexactIsSticky() || Exactness.ofFma(x, y, z, r))) {
        return Float.floatToRawIntBits(r);
      }
    }
    return (int)
        SoftFma.fma(
            FORMAT,
            Integer.toUnsignedLong(a),
            Integer.toUnsignedLong(b),
            Integer.toUnsignedLong(c),
            rm,
            status);
  }

  /** FMSUB.S: {@code a * b - c}, rounded once. */
  public static int fmsub(int a, int b, int c, int rm, FpStatus status) {
    return fmadd(a, b, c ^ SIGN, rm, status);
  }

  /** FNMSUB.S: {@code -(a * b) + c}, rounded once. */
  public static int fnmsub(int a, int b, int c, int rm, FpStatus status) {
    return fmadd(a ^ SIGN, b, c, rm, status);
  }

  /** FNMADD.S: {@code -(a * b) - c}, rounded once. */
  public static int fnmadd(int a, int b, int c, int rm, FpStatus status) {
    return fmadd(a ^ SIGN, b, c ^ SIGN, rm, status);
  }

  /** FMIN.S: IEEE 754-2019 minimumNumber, with -0 below +0. */
  public static int min(int a, int b, FpStatus status) {
    float x = Float.intBitsToFloat(a);
    float y = Float.intBitsToFloat(b);
    if (x == y) {
      // The same bits, or two zeros, of which the negative one is less.
      return a | b;
    }
    return x < y ? a : y < x ? b : number(a, b, status);
  }

  /** FMAX.S: IEEE 754-2019 maximumNumber, with +0 above -0. */
  public static int max(int a, int b, FpStatus status) {
    float x = Float.intBitsToFloat(a);
    float y = Float.intBitsToFloat(b);
    if (x == y) {
      return a & b;
    }
    return x > y ? a : y > x ? b : number(a, b, status);
  }

  /** FSGNJ.S: {@code a} with the sign of {@code b}; NaNs are not special. */
  public static int sgnj(int a, int b) {
    return (a & ~SIGN) | (b & SIGN);
  }

  /** FSGNJN.S: {@code a} with the opposite of the sign of {@code b}; NaNs are not special. */
  public static int sgnjn(int a, int b) {
    return (a & ~SIGN) | (~b & SIGN);
  }

  /** FSGNJX.S: {@code a} with the product of both signs; NaNs are not special. */
  public static int sgnjx(int a, int b) {
    return a ^ (b & SIGN);
  }

  /** FEQ.S: whether {@code a == b}; NV for signalling NaNs only. */
  public static boolean eq(int a, int b, FpStatus status) {
    float x = Float.intBitsToFloat(a);
    float y = Float.intBitsToFloat(b);
    if (Float.isNaN(x) || Float.isNaN(y)) {
      raiseIfSignaling(a, b, status);
      return false;
    }
    return x == y;
  }

  /** FLT.S: whether {@code a < b}; NV for any NaN. */
  public static boolean lt(int a, int b, FpStatus status) {
    float x = Float.intBitsToFloat(a);
    float y = Float.intBitsToFloat(b);
    if (Float.isNaN(x) || Float.isNaN(y)) {
      status.raise(FpStatus.NV);
      return false;
    }
    return x < y;
  }

  /** FLE.S: whether {@code a <= b}; NV for any NaN. */
  public static boolean le(int a, int b, FpStatus status) {
    float x = Float.intBitsToFloat(a);
    float y = Float.intBitsToFloat(b);
    if (Float.isNaN(x) || Float.isNaN(y)) {
      status.raise(FpStatus.NV);
      return false;
    }
    return x <= y;
  }

  /** FCLASS.S: the one-hot class mask of {@code a}, bit 0 (minus infinity) to bit 9 (quiet NaN). */
  public static int classify(int a) {
    return FORMAT.classify(Integer.toUnsignedLong(a));
  }

  /** The operand that is a number, or the canonical NaN if none is. */
  private static int number(int a, int b, FpStatus status) {
    raiseIfSignaling(a, b, status);
    if (!FORMAT.isNan(Integer.toUnsignedLong(a))) {
      return a;
    }
    return FORMAT.isNan(Integer.toUnsignedLong(b)) ? (int) FORMAT.canonicalNan() : b;
  }

  private static void raiseIfSignaling(int a, int b, FpStatus status) {
    if (FORMAT.isSignaling(Integer.toUnsignedLong(a))
        || FORMAT.isSignaling(Integer.toUnsignedLong(b))) {
      status.raise(FpStatus.NV);
    }
  }

  /**
   * Whether a result of the host excludes NV, DZ, OF and UF. The least normal number itself is
   * excluded, because a number that is tiny after rounding can be delivered as it.
   */
  private static boolean isSafelyNormal(float r) {
    float magnitude = Math.abs(r);
    return magnitude > Float.MIN_NORMAL && magnitude <= Float.MAX_VALUE;
  }
}

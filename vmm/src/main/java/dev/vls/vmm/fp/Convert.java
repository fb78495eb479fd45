package dev.vls.vmm.fp;

/**
 * The FCVT instructions of the RISC-V F and D extensions, on raw bits.
 *
 * <p>To integers: a NaN, an infinity or a number that is out of range after rounding gives the
 * nearest bound (NaNs the upper one) and NV alone; otherwise a lost fraction gives NX. 32-bit
 * results are {@code int}; the engine sign-extends them, unsigned ones too.
 *
 * <p>Conventions: {@code rm} is a number of {@link Rounding}; flags are added to {@code status},
 * never cleared. Methods without {@code rm} are exact. Any thread.
 */
public final class Convert {
  /** Doubles of this magnitude and more have no fraction, and integers up to it are exact. */
  private static final long EXACT_INTEGERS = 1L << 53;

  private static final long EXACT_SINGLE_INTEGERS = 1L << 24;

  private Convert() {}

  /** FCVT.W.S. */
  public static int singleToInt32(int a, int rm, FpStatus status) {
    return doubleToInt32(widened(a), rm, status);
  }

  /** FCVT.WU.S. */
  public static int singleToUint32(int a, int rm, FpStatus status) {
    return doubleToUint32(widened(a), rm, status);
  }

  /** FCVT.L.S. */
  public static long singleToInt64(int a, int rm, FpStatus status) {
    return doubleToInt64(widened(a), rm, status);
  }

  /** FCVT.LU.S. */
  public static long singleToUint64(int a, int rm, FpStatus status) {
    return doubleToUint64(widened(a), rm, status);
  }

  /** FCVT.W.D. */
  public static int doubleToInt32(long a, int rm, FpStatus status) {
    double x = Double.longBitsToDouble(a);
    long truncated = (long) x;
    if ((int) truncated == truncated && truncationDecides(x, truncated, rm, status)) {
      return (int) truncated;
    }
    return (int) SoftConvert.toInteger(a, 1L << 31, (1L << 31) - 1, rm, status);
  }

  /** FCVT.WU.D. */
  public static int doubleToUint32(long a, int rm, FpStatus status) {
    double x = Double.longBitsToDouble(a);
    long truncated = (long) x;
    if (truncated >>> 32 == 0 && truncationDecides(x, truncated, rm, status)) {
      return (int) truncated;
    }
    return (int) SoftConvert.toInteger(a, 0, (1L << 32) - 1, rm, status);
  }

  /** FCVT.L.D. */
  public static long doubleToInt64(long a, int rm, FpStatus status) {
    double x = Double.longBitsToDouble(a);
    long truncated = (long) x;
    if (truncated != Long.MAX_VALUE && truncationDecides(x, truncated, rm, status)) {
      return truncated;
    }
    return SoftConvert.toInteger(a, 1L << 63, Long.MAX_VALUE, rm, status);
  }

  /** FCVT.LU.D. */
  public static long doubleToUint64(long a, int rm, FpStatus status) {
    double x = Double.longBitsToDouble(a);
    long truncated = (long) x;
    if (truncated >= 0
        && truncated != Long.MAX_VALUE
        && truncationDecides(x, truncated, rm, status)) {
      return truncated;
    }
    return SoftConvert.toInteger(a, 0, -1L, rm, status);
  }

  /** FCVT.S.W. */
  public static int int32ToSingle(int value, int rm, FpStatus status) {
    return int64ToSingle(value, rm, status);
  }

  /** FCVT.S.WU. */
  public static int uint32ToSingle(int value, int rm, FpStatus status) {
    return int64ToSingle(Integer.toUnsignedLong(value), rm, status);
  }

  /** FCVT.S.L. */
  public static int int64ToSingle(long value, int rm, FpStatus status) {
    boolean exact = value >= -EXACT_SINGLE_INTEGERS && value <= EXACT_SINGLE_INTEGERS;
    if (exact || (rm == Rounding.RNE && status.inexactIsSticky())) {
      return Float.floatToRawIntBits((float) value);
    }
    return (int) SoftConvert.fromSigned(Format.SINGLE, value, rm, status);
  }

  /** FCVT.S.LU. */
  public static int uint64ToSingle(long value, int rm, FpStatus status) {
    return value >= 0
        ? int64ToSingle(value, rm, status)
        : (int) SoftConvert.fromUnsigned(Format.SINGLE, value, rm, status);
  }

  /** FCVT.D.W. */
  public static long int32ToDouble(int value) {
    return Double.doubleToRawLongBits(value);
  }

  /** FCVT.D.WU. */
  public static long uint32ToDouble(int value) {
    return Double.doubleToRawLongBits((double) Integer.toUnsignedLong(value));
  }

  /** FCVT.D.L. */
  public static long int64ToDouble(long value, int rm, FpStatus status) {
    boolean exact = value >= -EXACT_INTEGERS && value <= EXACT_INTEGERS;
    if (exact || (rm == Rounding.RNE && status.inexactIsSticky())) {
      return Double.doubleToRawLongBits((double) value);
    }
    return SoftConvert.fromSigned(Format.DOUBLE, value, rm, status);
  }

  /** FCVT.D.LU. */
  public static long uint64ToDouble(long value, int rm, FpStatus status) {
    return value >= 0
        ? int64ToDouble(value, rm, status)
        : SoftConvert.fromUnsigned(Format.DOUBLE, value, rm, status);
  }

  /** FCVT.D.S. */
  public static long singleToDouble(int a, FpStatus status) {
    float x = Float.intBitsToFloat(a);
    if (Float.isNaN(x)) {
      long bits = Integer.toUnsignedLong(a);
      // Any rounding mode will do: a NaN is not rounded.
      return SoftConvert.toFormat(Format.SINGLE, Format.DOUBLE, bits, Rounding.RNE, status);
    }
    return Double.doubleToRawLongBits(x);
  }

  /** FCVT.S.D. */
  public static int doubleToSingle(long a, int rm, FpStatus status) {
    double x = Double.longBitsToDouble(a);
    float r = (float) x;
    float magnitude = Math.abs(r);
    // Within these bounds nothing can have happened but NX (see Binary32).
    if (magnitude > Float.MIN_NORMAL
        && magnitude <= Float.MAX_VALUE
        && (r == x || (rm == Rounding.RNE && status.inexactIsSticky()))) {
      return Float.floatToRawIntBits(r);
    }
    return (int) SoftConvert.toFormat(Format.DOUBLE, Format.SINGLE, a, rm, status);
  }

  /** The double that equals the single {@code a}; a NaN stays some NaN. */
  private static long widened(int a) {
    return Double.doubleToRawLongBits(Float.intBitsToFloat(a));
  }

  /**
   * Whether {@code truncated}, which is {@code x} towards zero and in range, is the result; raises
   * NX if it is and a fraction was lost. An {@code x} beyond the range of {@code long} or a NaN
   * never passes, provided that the caller excludes the upper bound, to which 2^63 saturates.
   */
  private static boolean truncationDecides(double x, long truncated, int rm, FpStatus status) {
    if ((double) truncated == x) {
      return true;
    }
    if (rm == Rounding.RTZ && Math.abs(x) < EXACT_INTEGERS) {
      status.raise(FpStatus.NX);
      return true;
    }
    return false;
  }
}

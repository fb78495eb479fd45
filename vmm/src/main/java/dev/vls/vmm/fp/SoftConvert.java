package dev.vls.vmm.fp;

/** Conversions between formats and integers, in integers. */
final class SoftConvert {
  private SoftConvert() {}

  /** {@code bits}, a number of {@code from}, as a number of {@code to}. */
  static long toFormat(Format from, Format to, long bits, int rm, FpStatus status) {
    if (from.isNan(bits)) {
      if (from.isSignaling(bits)) {
        status.raise(FpStatus.NV);
      }
      return to.canonicalNan();
    }
    int sign = from.sign(bits);
    if (from.isInfinite(bits)) {
      return to.signed(sign, to.infinity());
    }
    if (from.isZero(bits)) {
      return to.signed(sign, 0);
    }
    return Rounder.pack(to, sign, from.exponent(bits), from.significand(bits), rm, status);
  }

  /** The signed integer {@code value} as a number of {@code format}. */
  static long fromSigned(Format format, long value, int rm, FpStatus status) {
    int sign = value < 0 ? 1 : 0;
    return fromMagnitude(format, sign, value < 0 ? -value : value, rm, status);
  }

  /** The unsigned integer {@code value} as a number of {@code format}. */
  static long fromUnsigned(Format format, long value, int rm, FpStatus status) {
    return fromMagnitude(format, 0, value, rm, status);
  }

  /**
   * The double {@code bits} as an integer in {@code -min..max}, or the nearest bound and NV if the
   * rounded number is outside; NaNs count as plus infinity.
   *
   * @param min the magnitude of the least integer, unsigned
   * @param max the greatest integer, unsigned
   */
  static long toInteger(long bits, long min, long max, int rm, FpStatus status) {
    Format format = Format.DOUBLE;
    if (format.isZero(bits)) {
      return 0;
    }
    int sign = format.isNan(bits) ? 0 : format.sign(bits);
    long bound = sign != 0 ? min : max;
    int exponent = format.exponent(bits);
    if (exponent > 63) {
      return saturate(sign, bound, status);
    }
    long significand = format.significand(bits);
    if (exponent >= 62) {
      return bounded(sign, significand << (exponent - 62), bound, false, status);
    }
    // Below one half, all that is left to know is that it is not zero.
    long digits = exponent < -1 ? 1 : significand;
    int drop = exponent < -1 ? 63 : 62 - exponent;
    long magnitude = Rounder.round(sign, digits, drop, rm);
    return bounded(sign, magnitude, bound, Rounder.isInexact(digits, drop), status);
  }

  private static long bounded(
      int sign, long magnitude, long bound, boolean inexact, FpStatus status) {
    if (Long.compareUnsigned(magnitude, bound) > 0) {
      return saturate(sign, bound, status);
    }
    if (inexact) {
      status.raise(FpStatus.NX);
    }
    return sign != 0 ? -magnitude : magnitude;
  }

  private static long saturate(int sign, long bound, FpStatus status) {
    status.raise(FpStatus.NV);
    return sign != 0 ? -bound : bound;
  }

  private static long fromMagnitude(
      Format format, int sign, long magnitude, int rm, FpStatus status) {
    if (magnitude == 0) {
      return 0;
    }
    if (magnitude < 0) {
      return Rounder.pack(format, sign, 63, magnitude >>> 1 | (magnitude & 1), rm, status);
    }
    int shift = Long.numberOfLeadingZeros(magnitude) - 1;
    return Rounder.pack(format, sign, 62 - shift, magnitude << shift, rm, status);
  }
}

package dev.vls.vmm.fp;

/**
 * The fused multiply-add in integers. The exact product and the addend are both held in 128 bits,
 * in two words (high, low) whose leading one is in bit 125, so that a carry still fits.
 */
final class SoftFma {
  private SoftFma() {}

  /** {@code a * b + c}, rounded once. */
  static long fma(Format format, long a, long b, long c, int rm, FpStatus status) {
    boolean infiniteProduct = format.isInfinite(a) || format.isInfinite(b);
    boolean zeroProduct = format.isZero(a) || format.isZero(b);
    if (format.isNan(a) || format.isNan(b) || format.isNan(c) || (infiniteProduct && zeroProduct)) {
      return nan(format, a, b, c, infiniteProduct && zeroProduct, status);
    }
    int sign = format.sign(a) ^ format.sign(b);
    if (infiniteProduct) {
      boolean invalid = format.isInfinite(c) && format.sign(c) != sign;
      return invalid ? format.invalid(status) : format.signed(sign, format.infinity());
    }
    if (format.isInfinite(c)) {
      return c;
    }
    if (zeroProduct) {
      boolean opposite = format.isZero(c) && format.sign(c) != sign;
      return opposite ? format.cancelledZero(rm) : c;
    }
    // Exact cancellation is left to addOrdered; a zero addend leaves a multiplication.
    return format.isZero(c)
        ? SoftArithmetic.mul(format, a, b, rm, status)
        : addProduct(format, sign, a, b, c, rm, status);
  }

  private static long nan(
      Format format, long a, long b, long c, boolean invalidProduct, FpStatus status) {
    return invalidProduct || format.isSignaling(c)
        ? format.invalid(status)
        : format.propagateNan(a, b, status);
  }

  private static long addProduct(
      Format format, int sign, long a, long b, long c, int rm, FpStatus status) {
    int exponent = format.exponent(a) + format.exponent(b) + 1;
    long x = format.significand(a);
    long y = format.significand(b);
    long high = Math.multiplyHigh(x, y);
    long low = x * y;
    if (high >>> 61 == 0) {
      high = high << 1 | low >>> 63;
      low <<= 1;
      exponent--;
    }
    int addendExponent = format.exponent(c);
    long addend = format.significand(c);
    long addendHigh = addend >>> 1;
    long addendLow = addend << 63;
    boolean productLeads =
        exponent != addendExponent
            ? exponent > addendExponent
            : high != addendHigh ? high > addendHigh : Long.compareUnsigned(low, addendLow) >= 0;
    boolean subtract = sign != format.sign(c);
    return productLeads
        ? addOrdered(
            format,
            sign,
            subtract,
            exponent,
            high,
            low,
            exponent - addendExponent,
            addendHigh,
            addendLow,
            rm,
            status)
        : addOrdered(
            format,
            format.sign(c),
            subtract,
            addendExponent,
            addendHigh,
            addendLow,
            addendExponent - exponent,
            high,
            low,
            rm,
            status);
  }

  /**
   * The sum or difference of (high, low) and the smaller (addHigh, addLow) shifted by {@code
   * distance}. Digits are jammed only if they fall more than 20 places, and then at most one
   * leading digit cancels, so that the jammed bit stays below the rounding digit.
   */
  private static long addOrdered(
      Format format,
      int sign,
      boolean subtract,
      int exponent,
      long high,
      long low,
      int distance,
      long addHigh,
      long addLow,
      int rm,
      FpStatus status) {
    long smallHigh = distance > 63 ? 0 : addHigh >>> distance;
    long smallLow = shiftedLow(addHigh, addLow, distance);
    long sumHigh;
    long sumLow;
    if (subtract) {
      sumLow = low - smallLow;
      sumHigh = high - smallHigh - (Long.compareUnsigned(low, smallLow) < 0 ? 1 : 0);
    } else {
      sumLow = low + smallLow;
      sumHigh = high + smallHigh + (Long.compareUnsigned(sumLow, low) < 0 ? 1 : 0);
    }
    return pack(format, sign, exponent, sumHigh, sumLow, rm, status);
  }

  /** The low word of (high, low) shifted right by {@code distance}, lost digits jammed. */
  private static long shiftedLow(long high, long low, int distance) {
    if (distance == 0) {
      return low;
    }
    if (distance < 64) {
      return high << -distance | low >>> distance | (low << -distance != 0 ? 1 : 0);
    }
    return Rounder.shiftRightJam(high, distance - 64) | (low != 0 ? 1 : 0);
  }

  /** Packs {@code (high, low) * 2^(exponent - 125)}, which may be zero. */
  private static long pack(
      Format format, int sign, int exponent, long high, long low, int rm, FpStatus status) {
    if ((high | low) == 0) {
      return format.cancelledZero(rm);
    }
    if (high == 0) {
      int shift = Long.numberOfLeadingZeros(low) - 1;
      long significand = shift < 0 ? low >>> 1 | (low & 1) : low << shift;
      return Rounder.pack(format, sign, exponent - 63 - shift, significand, rm, status);
    }
    int shift = Long.numberOfLeadingZeros(high) - 1;
    long significand =
        shift == 0
            ? high | (low != 0 ? 1 : 0)
            : high << shift | low >>> -shift | (low << shift != 0 ? 1 : 0);
    return Rounder.pack(format, sign, exponent + 1 - shift, significand, rm, status);
  }
}

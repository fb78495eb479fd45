package dev.vls.vmm.fp;

/**
 * Addition, multiplication, division and square root in integers: exact for every operand, rounding
 * mode and flag, and the reference for the host route. Significands are those of {@link Rounder}.
 */
final class SoftArithmetic {
  private SoftArithmetic() {}

  /** {@code a + b}. */
  static long add(Format format, long a, long b, int rm, FpStatus status) {
    if (format.isNan(a) || format.isNan(b)) {
      return format.propagateNan(a, b, status);
    }
    if (format.isInfinite(a)) {
      return format.isInfinite(b) && a != b ? format.invalid(status) : a;
    }
    if (format.isInfinite(b) || format.isZero(a)) {
      return format.isZero(b) && a != b ? format.cancelledZero(rm) : b;
    }
    if (format.isZero(b)) {
      return a;
    }
    return format.magnitude(a) >= format.magnitude(b)
        ? addOrdered(format, a, b, rm, status)
        : addOrdered(format, b, a, rm, status);
  }

  /** {@code a * b}. */
  static long mul(Format format, long a, long b, int rm, FpStatus status) {
    if (format.isNan(a) || format.isNan(b)) {
      return format.propagateNan(a, b, status);
    }
    int sign = format.sign(a) ^ format.sign(b);
    if (format.isInfinite(a) || format.isInfinite(b)) {
      boolean invalid = format.isZero(a) || format.isZero(b);
      return invalid ? format.invalid(status) : format.signed(sign, format.infinity());
    }
    if (format.isZero(a) || format.isZero(b)) {
      return format.signed(sign, 0);
    }
    int exponent = format.exponent(a) + format.exponent(b) + 1;
    long x = format.significand(a);
    long y = format.significand(b);
    // The product leads in bit 124 or 125, its high word in bit 60 or 61.
    long low = x * y;
    long product = Math.multiplyHigh(x, y) << 1 | low >>> 63 | (low << 1 != 0 ? 1 : 0);
    if (product >>> 62 == 0) {
      product <<= 1;
      exponent--;
    }
    return Rounder.pack(format, sign, exponent, product, rm, status);
  }

  /** {@code a / b}. */
  static long div(Format format, long a, long b, int rm, FpStatus status) {
    if (format.isNan(a) || format.isNan(b)) {
      return format.propagateNan(a, b, status);
    }
    int sign = format.sign(a) ^ format.sign(b);
    if (format.isInfinite(a)) {
      return format.isInfinite(b) ? format.invalid(status) : format.signed(sign, format.infinity());
    }
    if (format.isInfinite(b)) {
      return format.signed(sign, 0);
    }
    if (format.isZero(b)) {
      return divideByZero(format, sign, a, status);
    }
    if (format.isZero(a)) {
      return format.signed(sign, 0);
    }
    int exponent = format.exponent(a) - format.exponent(b);
    int precision = format.fractionBits() + 1;
    long dividend = format.significand(a) >>> (63 - precision);
    long divisor = format.significand(b) >>> (63 - precision);
    if (dividend < divisor) {
      dividend <<= 1;
      exponent--;
    }
    return Rounder.pack(format, sign, exponent, quotient(dividend, divisor, precision), rm, status);
  }

  /** The square root of {@code a}. */
  static long sqrt(Format format, long a, int rm, FpStatus status) {
    if (format.isNan(a)) {
      return format.propagateNan(a, a, status);
    }
    if (format.isZero(a)) {
      return a;
    }
    if (format.sign(a) != 0) {
      return format.invalid(status);
    }
    if (format.isInfinite(a)) {
      return a;
    }
    int exponent = format.exponent(a);
    long radicand = format.significand(a) << (exponent & 1);
    long root = root(radicand, format.fractionBits() + 3);
    return Rounder.pack(format, 0, exponent >> 1, root, rm, status);
  }

  private static long addOrdered(
      Format format, long larger, long smaller, int rm, FpStatus status) {
    int sign = format.sign(larger);
    int exponent = format.exponent(larger);
    long x = format.significand(larger);
    long y =
        Rounder.shiftRightJam(format.significand(smaller), exponent - format.exponent(smaller));
    if (sign == format.sign(smaller)) {
      long sum = x + y;
      return sum < 0
          ? Rounder.pack(format, sign, exponent + 1, sum >>> 1 | (sum & 1), rm, status)
          : Rounder.pack(format, sign, exponent, sum, rm, status);
    }
    long difference = x - y;
    if (difference == 0) {
      return format.cancelledZero(rm);
    }
    int shift = Long.numberOfLeadingZeros(difference) - 1;
    return Rounder.pack(format, sign, exponent - shift, difference << shift, rm, status);
  }

  private static long divideByZero(Format format, int sign, long a, FpStatus status) {
    if (format.isZero(a)) {
      return format.invalid(status);
    }
    status.raise(FpStatus.DZ);
    return format.signed(sign, format.infinity());
  }

  /**
   * The quotient, which is in [1, 2), with its leading one in bit 62; schoolbook division in the
   * largest digits that fit a word.
   */
  private static long quotient(long dividend, long divisor, int precision) {
    int digitBits = 63 - precision;
    long quotient = 1;
    long remainder = dividend - divisor;
    int bits = 0;
    while (bits < precision + 1) {
      long shifted = remainder << digitBits;
      long digit = shifted / divisor;
      remainder = shifted - digit * divisor;
      quotient = quotient << digitBits | digit;
      bits += digitBits;
    }
    return quotient << (62 - bits) | (remainder != 0 ? 1 : 0);
  }

  /**
   * The first {@code bits} digits of the root of {@code radicand}, an unsigned word that leads in
   * bit 62 or 63, moved up so that they lead in bit 62; one digit a round.
   */
  private static long root(long radicand, int bits) {
    long rest = radicand;
    long root = 0;
    long remainder = 0;
    for (int i = 0; i < bits; i++) {
      remainder = remainder << 2 | rest >>> 62;
      rest <<= 2;
      long trial = root << 2 | 1;
      root <<= 1;
      if (remainder >= trial) {
        remainder -= trial;
        root |= 1;
      }
    }
    return root << (63 - bits) | ((remainder | rest) != 0 ? 1 : 0);
  }
}

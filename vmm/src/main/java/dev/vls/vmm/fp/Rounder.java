package dev.vls.vmm.fp;

/**
 * Rounding and packing, the last step of every operation of the integer route.
 *
 * <p>A number on its way to a format is {@code (-1)^sign * significand * 2^(exponent - 62)} with
 * the leading one in bit 62. Digits that did not fit are <em>jammed</em>: if any was nonzero, bit 0
 * is set. The formats keep at most 53 bits, so bit 0 always lies below the rounding digit and
 * jamming loses nothing that rounding could see.
 */
final class Rounder {
  private Rounder() {}

  /** The number in {@code format}, with OF, UF and NX as the rounding makes them. */
  static long pack(
      Format format, int sign, int exponent, long significand, int rm, FpStatus status) {
    int biased = exponent + format.bias();
    if (biased >= format.specialExponent()) {
      return overflow(format, sign, rm, status);
    }
    if (biased < 1) {
      return packTiny(format, sign, biased, significand, rm, status);
    }
    int drop = 62 - format.fractionBits();
    // The leading one adds 1 to the exponent field, and so does a carry out of the rounding.
    long magnitude =
        ((long) (biased - 1) << format.fractionBits()) + round(sign, significand, drop, rm);
    if (magnitude >= format.infinity()) {
      return overflow(format, sign, rm, status);
    }
    if (isInexact(significand, drop)) {
      status.raise(FpStatus.NX);
    }
    return format.signed(sign, magnitude);
  }

  /**
   * The integer nearest to {@code significand / 2^drop} in the sense of {@code rm}.
   *
   * @param drop how many digits go, 1 to 63
   */
  static long round(int sign, long significand, int drop, int rm) {
    long kept = significand >>> drop;
    long rest = significand & ((1L << drop) - 1);
    long half = 1L << (drop - 1);
    boolean up =
        switch (rm) {
          case Rounding.RNE -> rest > half || (rest == half && (kept & 1) != 0);
          case Rounding.RTZ -> false;
          case Rounding.RDN -> sign != 0 && rest != 0;
          case Rounding.RUP -> sign == 0 && rest != 0;
          case Rounding.RMM -> rest >= half;
          default -> throw new IllegalArgumentException("Not a rounding mode: " + rm);
        };
    return up ? kept + 1 : kept;
  }

  /** Whether rounding away {@code drop} digits loses something. */
  static boolean isInexact(long significand, int drop) {
    return (significand & ((1L << drop) - 1)) != 0;
  }

  /** {@code value >>> distance}, for any distance of 0 or more, with the lost digits jammed. */
  static long shiftRightJam(long value, int distance) {
    if (distance == 0) {
      return value;
    }
    if (distance > 63) {
      return value != 0 ? 1 : 0;
    }
    return value >>> distance | (value << -distance != 0 ? 1 : 0);
  }

  private static long packTiny(
      Format format, int sign, int biased, long significand, int rm, FpStatus status) {
    int drop = 62 - format.fractionBits();
    long shifted = shiftRightJam(significand, 1 - biased);
    // A carry into the exponent field makes the smallest normal number, as it should.
    long magnitude = round(sign, shifted, drop, rm);
    if (isInexact(shifted, drop)) {
      // Tiny after rounding: with an unbounded exponent, the result would still be subnormal.
      boolean carries = round(sign, significand, drop, rm) >>> format.fractionBits() == 2;
      boolean tiny = biased < 0 || !carries;
      status.raise(tiny ? FpStatus.UF | FpStatus.NX : FpStatus.NX);
    }
    return format.signed(sign, magnitude);
  }

  private static long overflow(Format format, int sign, int rm, FpStatus status) {
    status.raise(FpStatus.OF | FpStatus.NX);
    boolean toInfinity =
        switch (rm) {
          case Rounding.RNE, Rounding.RMM -> true;
          case Rounding.RTZ -> false;
          case Rounding.RDN -> sign != 0;
          case Rounding.RUP -> sign == 0;
          default -> throw new IllegalArgumentException("Not a rounding mode: " + rm);
        };
    return format.signed(sign, toInfinity ? format.infinity() : format.largestFinite());
  }
}

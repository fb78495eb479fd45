package dev.vls.vmm.fp;

/**
 * A binary interchange format and the questions one can ask of its bit patterns.
 *
 * <p>Patterns are {@code long}; those of a narrower format are zero-extended. A record because the
 * JIT folds the components of a constant record, so the shared code costs what two copies would.
 *
 * @param signBit the number of the sign bit
 * @param fractionBits the width of the stored fraction
 * @param bias the exponent bias, which is also the largest exponent
 */
record Format(int signBit, int fractionBits, int bias) {
  static final Format SINGLE = new Format(31, 23, 127);
  static final Format DOUBLE = new Format(63, 52, 1023);

  /** The biased exponent of infinities and NaNs. */
  int specialExponent() {
    return 2 * bias + 1;
  }

  long infinity() {
    return (long) specialExponent() << fractionBits;
  }

  long largestFinite() {
    return infinity() - 1;
  }

  long canonicalNan() {
    return infinity() | quietBit();
  }

  /** The pattern of {@code magnitude} with {@code sign} (0 or 1). */
  long signed(int sign, long magnitude) {
    return (long) sign << signBit | magnitude;
  }

  /** {@code bits} with the sign inverted. */
  long negated(long bits) {
    return bits ^ 1L << signBit;
  }

  int sign(long bits) {
    return (int) (bits >>> signBit) & 1;
  }

  long magnitude(long bits) {
    return bits & ((1L << signBit) - 1);
  }

  boolean isNan(long bits) {
    return magnitude(bits) > infinity();
  }

  boolean isSignaling(long bits) {
    return isNan(bits) && (bits & quietBit()) == 0;
  }

  boolean isInfinite(long bits) {
    return magnitude(bits) == infinity();
  }

  boolean isZero(long bits) {
    return magnitude(bits) == 0;
  }

  /**
   * The exponent {@code e} of a finite nonzero number {@code significand(bits) * 2^(e - 62)};
   * subnormals are normalised, so that 2^e is at most the number's magnitude and more than half of
   * it.
   */
  int exponent(long bits) {
    int shift = Long.numberOfLeadingZeros(digits(bits)) - 1;
    return 62 - shift + Math.max(biasedExponent(bits), 1) - bias - fractionBits;
  }

  /** The significand of a finite nonzero number, its leading one in bit 62. */
  long significand(long bits) {
    long digits = digits(bits);
    return digits << (Long.numberOfLeadingZeros(digits) - 1);
  }

  /** The mask that FCLASS returns for {@code bits}. */
  int classify(long bits) {
    if (isNan(bits)) {
      return 1 << (isSignaling(bits) ? 8 : 9);
    }
    // Classes 4 to 7 are the positive ones in order of magnitude; 3 to 0 mirror them.
    int rank =
        isInfinite(bits) ? 3 : isZero(bits) ? 0 : magnitude(bits) >>> fractionBits == 0 ? 1 : 2;
    return 1 << (sign(bits) != 0 ? 3 - rank : 4 + rank);
  }

  /** The result of an operation with a NaN operand: NV if one of the operands signals. */
  long propagateNan(long a, long b, FpStatus status) {
    if (isSignaling(a) || isSignaling(b)) {
      status.raise(FpStatus.NV);
    }
    return canonicalNan();
  }

  /** The result of an invalid operation. */
  long invalid(FpStatus status) {
    status.raise(FpStatus.NV);
    return canonicalNan();
  }

  /** The sum of two zeros of opposite sign, or of two numbers that cancel. */
  long cancelledZero(int rm) {
    return rm == Rounding.RDN ? signed(1, 0) : 0;
  }

  private long quietBit() {
    return 1L << (fractionBits - 1);
  }

  private int biasedExponent(long bits) {
    return (int) (magnitude(bits) >>> fractionBits);
  }

  private long digits(long bits) {
    long fraction = bits & ((1L << fractionBits) - 1);
    return biasedExponent(bits) == 0 ? fraction : fraction | 1L << fractionBits;
  }
}

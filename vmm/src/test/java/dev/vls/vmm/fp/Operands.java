package dev.vls.vmm.fp;

import java.util.random.RandomGenerator;

/**
 * Random operands that are likely to hit something: specials, both sides of every range boundary,
 * few significant bits (exact results and ties), neighbours of the other operands, and exponents
 * that bring products and quotients to the edges of the range.
 */
final class Operands {
  private final RandomGenerator random;

  /** The last triple; registers, singles boxed (and now and then not). */
  long a;

  long b;
  long c;

  Operands(RandomGenerator random) {
    this.random = random;
  }

  /** Draws a triple for {@code operation}. */
  void draw(Operation operation) {
    Format format = operation.operands;
    if (format == null) {
      a = integer();
      return;
    }
    a = number(format);
    b = random.nextInt(4) == 0 ? relative(format, a) : number(format);
    c = random.nextInt(3) == 0 ? nearProduct(format) : number(format);
    if (random.nextInt(16) == 0) {
      drawSparseProduct(format);
    }
    if (format.equals(Format.SINGLE)) {
      a = boxed(a);
      b = boxed(b);
      c = boxed(c);
    }
  }

  /**
   * A product (1 + 2^-k)(1 - 2^-k + 2^-2k) = 1 + 2^-3k, scaled, and an addend of few digits: far
   * below a tie there is one digit more, which only a correct sticky digit sees.
   */
  private void drawSparseProduct(Format format) {
    int width = format.fractionBits();
    int k = random.nextInt(1, width / 2 + 1);
    long one = (long) format.bias() << width;
    a = one | 1L << (width - k);
    // 1 - 2^-k + 2^-2k is below 1, so that its unit in the last place is 2^-(width + 1).
    b = one - (1L << (width + 1 - k)) + (1L << (width + 1 - 2 * k));
    int scale = random.nextInt(1, width + 12);
    a = format.signed(random.nextInt(2), a - ((long) scale << width));
    long digits = random.nextInt(4);
    c = format.signed(random.nextInt(2), one | digits << random.nextInt(width - 1));
  }

  private long boxed(long bits) {
    // One in 64 is not boxed; all but one bit of the box are right in half of those.
    return switch (random.nextInt(128)) {
      case 0 -> random.nextLong() << 32 | bits;
      case 1 -> NanBox.box((int) bits) ^ 1L << (32 + random.nextInt(32));
      default -> NanBox.box((int) bits);
    };
  }

  private long integer() {
    long value = random.nextLong() >> random.nextInt(64);
    return switch (random.nextInt(4)) {
      case 0 -> value;
      case 1 -> (1L << random.nextInt(64)) + random.nextInt(-3, 4);
      case 2 -> Long.highestOneBit(value) | (value & (-1L << random.nextInt(64)));
      default -> value & 0xffff_ffffL;
    };
  }

  private long number(Format format) {
    return switch (random.nextInt(8)) {
      case 0 -> special(format);
      case 1 -> random.nextLong() & mask(format);
      case 2 -> composed(format, random.nextInt(format.specialExponent() + 1));
      case 3 -> composed(format, random.nextInt(3));
      case 4 -> integerValued(format);
      default -> composed(format, format.bias() + random.nextInt(-70, 71));
    };
  }

  /** A number at or next to a boundary. */
  private long special(Format format) {
    int sign = random.nextInt(2);
    long magnitude =
        switch (random.nextInt(9)) {
          case 0 -> 0;
          case 1 -> random.nextInt(1, 4);
          case 2 -> format.infinity();
          case 3 -> format.largestFinite() - random.nextInt(3);
          case 4 -> (1L << format.fractionBits()) + random.nextInt(-2, 3);
          case 5 -> ((long) format.bias() << format.fractionBits()) + random.nextInt(-2, 3);
          case 6 -> format.canonicalNan() | fraction(format);
          case 7 -> format.infinity() + 1 + random.nextInt(3);
          default -> boundaryOfIntegers(format);
        };
    return format.signed(sign, magnitude);
  }

  /** Next to a power of two at which integers or singles end. */
  private long boundaryOfIntegers(Format format) {
    int[] exponents = {-1, 0, 23, 24, 31, 32, 52, 53, 63, 64, -126, -127, -149, -150, 127, 128};
    int exponent = exponents[random.nextInt(exponents.length)];
    int biased = Math.clamp(exponent + format.bias(), 1, format.specialExponent() - 1);
    return ((long) biased << format.fractionBits()) + random.nextInt(-2, 3);
  }

  private long integerValued(Format format) {
    int bits = random.nextInt(1, format.fractionBits() + 2);
    long value = random.nextLong() >> (64 - bits);
    int scale = random.nextInt(4) == 0 ? random.nextInt(1, 4) : 0;
    return format.equals(Format.SINGLE)
        ? Integer.toUnsignedLong(Float.floatToRawIntBits(Math.scalb((float) value, -scale)))
        : Double.doubleToRawLongBits(Math.scalb((double) value, -scale));
  }

  private long composed(Format format, int biased) {
    return format.signed(
        random.nextInt(2), (long) biased << format.fractionBits() | fraction(format));
  }

  /** A fraction; often few bits at its top, or all ones up to a place, or nearly half a single. */
  private long fraction(Format format) {
    int width = format.fractionBits();
    long mask = (1L << width) - 1;
    long uniform = random.nextLong() & mask;
    return switch (random.nextInt(6)) {
      case 0 -> uniform & mask << random.nextInt(width + 1) & mask;
      case 1 -> 1L << random.nextInt(width);
      case 2 -> mask << random.nextInt(width + 1) & mask;
      case 3 -> mask >>> random.nextInt(width + 1);
      case 4 -> (uniform & mask << 29 & mask) + (1L << 28) + random.nextInt(-1, 2) & mask;
      default -> uniform;
    };
  }

  /** A number that cancels against {@code other}, or reaches an edge when multiplied or divided. */
  private long relative(Format format, long other) {
    if (random.nextBoolean()) {
      long neighbour = other + random.nextInt(-2, 3);
      return (random.nextBoolean() ? format.negated(neighbour) : neighbour) & mask(format);
    }
    int biased = (int) (format.magnitude(other) >>> format.fractionBits());
    int width = format.fractionBits();
    int edge =
        switch (random.nextInt(3)) {
          case 0 -> random.nextInt(-width - 3, 3);
          case 1 -> format.specialExponent() + random.nextInt(-3, 2);
          default -> format.bias() + random.nextInt(-3, 4);
        };
    int wanted =
        random.nextBoolean() ? edge - biased + format.bias() : biased - edge + format.bias();
    return composed(format, Math.clamp(wanted, 0, format.specialExponent() - 1));
  }

  /** An addend close to the product of the first two operands, up to a few digits down. */
  private long nearProduct(Format format) {
    FpStatus ignored = new FpStatus();
    long product = SoftArithmetic.mul(format, a, b, random.nextInt(5), ignored);
    if (random.nextInt(3) > 0) {
      return (product + random.nextInt(-2, 3) ^ (random.nextLong() & 1L << format.signBit()))
          & mask(format);
    }
    int biased = (int) (format.magnitude(product) >>> format.fractionBits());
    int distance = random.nextInt(-2 * format.fractionBits() - 8, 2 * format.fractionBits() + 9);
    return composed(format, Math.clamp(biased + distance, 0, format.specialExponent() - 1));
  }

  private static long mask(Format format) {
    return -1L >>> (63 - format.signBit());
  }
}

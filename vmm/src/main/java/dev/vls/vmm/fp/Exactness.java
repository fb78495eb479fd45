package dev.vls.vmm.fp;

/**
 * Tests whether the host's rounded result is the exact one, by error-free transformations.
 *
 * <p>They answer no when they cannot tell, and the integer route decides. Results are those of the
 * host's round-to-nearest-even arithmetic on the given operands.
 */
final class Exactness {
  /** From here up, the error of a product or quotient is a multiple of the least subnormal. */
  private static final double LEAST_TRACEABLE = 0x1p-900;

  private Exactness() {}

  /**
   * Whether {@code r}, which is finite, is exactly {@code x + y}. Knuth's TwoSum yields the error
   * itself unless a step overflows, and then it yields an infinity or a NaN.
   */
  static boolean ofSum(double x, double y, double r) {
    double yRounded = r - x;
    return (x - (r - yRounded)) + (y - yRounded) == 0;
  }

  /** As {@link #ofSum(double, double, double)}, in single precision. */
  static boolean ofSum(float x, float y, float r) {
    float yRounded = r - x;
    return (x - (r - yRounded)) + (y - yRounded) == 0;
  }

  /** Whether {@code r} is exactly {@code x * y}. */
  static boolean ofProduct(double x, double y, double r) {
    return Math.abs(r) >= LEAST_TRACEABLE && Math.fma(x, y, -r) == 0;
  }

  /** Whether {@code r}, which is finite, is exactly {@code x / y}. */
  static boolean ofQuotient(double x, double y, double r) {
    return Math.abs(x) >= LEAST_TRACEABLE && Math.fma(r, y, -x) == 0;
  }

  /** Whether {@code r} is exactly the root of {@code x}. */
  static boolean ofRoot(double x, double r) {
    return ofQuotient(x, r, r);
  }

  /** Whether {@code r}, which is finite, is exactly {@code x * y + z} and so is the product. */
  static boolean ofFma(double x, double y, double z, double r) {
    double product = x * y;
    return (x == 0 || y == 0 || ofProduct(x, y, product)) && ofSum(product, z, r);
  }

  /** Whether {@code r}, which is finite, is exactly {@code x * y + z}. */
  static boolean ofFma(float x, float y, float z, float r) {
    double product = (double) x * y;
    double sum = product + z;
    return sum == r && ofSum(product, z, sum);
  }
}

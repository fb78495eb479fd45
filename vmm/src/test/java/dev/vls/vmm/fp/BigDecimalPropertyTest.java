package dev.vls.vmm.fp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The integer route in double precision against exact decimal arithmetic; needs no tools. */
class BigDecimalPropertyTest {
  private static final long SEED = Long.getLong("vls.seed", 20250303L);
  private static final int ROUNDS = 4_000;
  private static final double SCALE = 0x1p300;

  private final Operands operands = new Operands(new SplittableRandom(SEED));

  /** An exact result of the finite operands {@code a}, {@code b}, {@code c}. */
  private interface Exact {
    BigDecimal of(double a, double b, double c);
  }

  @Test
  void shouldRoundTheExactSumWhenAdding() {
    compare(Operation.FADD_D, (a, b, c) -> decimal(a).add(decimal(b)));
  }

  @Test
  void shouldRoundTheExactProductWhenMultiplying() {
    compare(Operation.FMUL_D, (a, b, c) -> decimal(a).multiply(decimal(b)));
  }

  @Test
  void shouldRoundTheExactResultOnceWhenFused() {
    compare(Operation.FMADD_D, (a, b, c) -> decimal(a).multiply(decimal(b)).add(decimal(c)));
  }

  @Test
  void shouldReturnTheNearestNumberWhenDividing() {
    for (int i = 0; i < ROUNDS; i++) {
      operands.draw(Operation.FDIV_D);
      double a = Math.abs(Double.longBitsToDouble(operands.a));
      double b = Math.abs(Double.longBitsToDouble(operands.b));
      double quotient = result(Operation.FDIV_D, bits(a), bits(b), new FpStatus());
      if (isOrdinary(a) && isOrdinary(b) && isOrdinary(quotient)) {
        assertNearest(quotient, below -> below.multiply(decimal(b)).compareTo(decimal(a)));
      }
    }
  }

  @Test
  void shouldReturnTheNearestNumberWhenTakingRoots() {
    for (int i = 0; i < ROUNDS; i++) {
      operands.draw(Operation.FSQRT_D);
      double a = Math.abs(Double.longBitsToDouble(operands.a));
      if (isOrdinary(a)) {
        double root = result(Operation.FSQRT_D, bits(a), 0, new FpStatus());
        assertNearest(root, below -> below.multiply(below).compareTo(decimal(a)));
      }
    }
  }

  private void compare(Operation operation, Exact exact) {
    for (int i = 0; i < ROUNDS; i++) {
      operands.draw(operation);
      double a = Double.longBitsToDouble(operands.a);
      double b = Double.longBitsToDouble(operands.b);
      double c = Double.longBitsToDouble(operands.c);
      if (Double.isFinite(a) && Double.isFinite(b) && Double.isFinite(c)) {
        compare(operation, exact.of(a, b, c));
      }
    }
  }

  private void compare(Operation operation, BigDecimal exact) {
    if (exact.signum() == 0) {
      return;
    }
    FpStatus status = new FpStatus();
    double nearest = evaluate(operation, Rounding.RNE, status);
    String what = this + " " + operation;
    assertEquals(exact.doubleValue(), nearest, what);
    assertEquals(flags(exact, nearest), status.flags, what);
    double lower = evaluate(operation, Rounding.RDN, new FpStatus());
    double upper = evaluate(operation, Rounding.RUP, new FpStatus());
    assertTrue(lower == Double.NEGATIVE_INFINITY || decimal(lower).compareTo(exact) <= 0, what);
    assertTrue(upper == Double.POSITIVE_INFINITY || decimal(upper).compareTo(exact) >= 0, what);
    assertEquals(status.flags == 0 ? lower : Math.nextUp(lower), upper, what);
    double towardsZero = evaluate(operation, Rounding.RTZ, new FpStatus());
    assertEquals(exact.signum() > 0 ? lower : upper, towardsZero, what);
  }

  private static int flags(BigDecimal exact, double nearest) {
    if (Double.isInfinite(nearest)) {
      return FpStatus.OF | FpStatus.NX;
    }
    if (decimal(nearest).compareTo(exact) == 0) {
      return 0;
    }
    // Scaled up, tiny numbers are rounded to 53 digits as if the exponent were unbounded.
    boolean tiny =
        Math.abs(nearest) <= Double.MIN_NORMAL
            && Math.abs(exact.multiply(decimal(SCALE)).doubleValue()) < SCALE * Double.MIN_NORMAL;
    return tiny ? FpStatus.UF | FpStatus.NX : FpStatus.NX;
  }

  /** Where a number lies relative to the exact result: negative below, 0 on it, positive above. */
  private interface Position {
    int of(BigDecimal number);
  }

  private void assertNearest(double rounded, Position position) {
    BigDecimal two = BigDecimal.TWO;
    BigDecimal lowerMiddle = decimal(Math.nextDown(rounded)).add(decimal(rounded)).divide(two);
    BigDecimal upperMiddle = decimal(rounded).add(decimal(Math.nextUp(rounded))).divide(two);
    assertTrue(position.of(lowerMiddle) <= 0 && position.of(upperMiddle) >= 0, this::toString);
  }

  private double evaluate(Operation operation, int rm, FpStatus status) {
    return Double.longBitsToDouble(
        operation.integerRoute.apply(operands.a, operands.b, operands.c, rm, status));
  }

  private static double result(Operation operation, long a, long b, FpStatus status) {
    return Double.longBitsToDouble(operation.integerRoute.apply(a, b, 0, Rounding.RNE, status));
  }

  private static boolean isOrdinary(double value) {
    return value > Double.MIN_NORMAL && value < Double.MAX_VALUE;
  }

  private static BigDecimal decimal(double value) {
    return new BigDecimal(value);
  }

  private static long bits(double value) {
    return Double.doubleToRawLongBits(value);
  }

  @Override
  public String toString() {
    return String.format(
        "(%016x, %016x, %016x), seed %d", operands.a, operands.b, operands.c, SEED);
  }
}

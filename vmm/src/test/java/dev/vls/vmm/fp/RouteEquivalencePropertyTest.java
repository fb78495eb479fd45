package dev.vls.vmm.fp;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The public methods, host route included, against the integer route alone. */
class RouteEquivalencePropertyTest {
  private static final long SEED = Long.getLong("vls.seed", 20250101L);
  private static final int ROUNDS = 100_000;

  @ParameterizedTest
  @MethodSource("dev.vls.vmm.fp.Operation#all")
  void shouldGiveTheSameBitsAndFlagsWhenTheHostComputes(Operation operation) {
    SplittableRandom random = new SplittableRandom(SEED + operation.number);
    Operands operands = new Operands(random);
    FpStatus mixed = new FpStatus();
    FpStatus integer = new FpStatus();
    for (int i = 0; i < ROUNDS; i++) {
      operands.draw(operation);
      // Round to nearest even and the states of NX are what the routes depend on.
      int rm = random.nextInt(8) < 5 ? Rounding.RNE : random.nextInt(5);
      int before = random.nextBoolean() ? 0 : random.nextInt(32);
      mixed.flags = before;
      integer.flags = before;
      long actual = operation.publicMethod.apply(operands.a, operands.b, operands.c, rm, mixed);
      long expected = operation.integerRoute.apply(operands.a, operands.b, operands.c, rm, integer);
      if (actual != expected || mixed.flags != integer.flags) {
        fail(
            String.format(
                "%s(%016x, %016x, %016x) rm=%d fflags=%02x: %016x/%02x, integers %016x/%02x, seed"
                    + " %d",
                operation,
                operands.a,
                operands.b,
                operands.c,
                rm,
                before,
                actual,
                mixed.flags,
                expected,
                integer.flags,
                SEED));
      }
    }
  }
}

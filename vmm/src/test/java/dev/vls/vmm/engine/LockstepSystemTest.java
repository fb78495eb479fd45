package dev.vls.vmm.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Random programs of all instructions, modes and page tables, in the interpreter and in translators
 * of random shape, which stop at the same random steps: all state is equal at each.
 */
class LockstepSystemTest {
  private static final long SEED = Long.getLong("vls.seed", 20261126L);
  private static final int BATCHES = Boolean.getBoolean("vls.long") ? 400 : 4;
  private static final int PROGRAMS = 300;

  /** Passes over the same programs: interpreted, translated at their second one, then run. */
  private static final int PASSES = 4;

  private static final int MAX_BUDGET = 50_000;

  @Test
  void shouldAgreeAtEveryStopWhenRandomProgramsRunTranslated() {
    long translated = 0;
    for (int batch = 0; batch < BATCHES; batch++) {
      SplittableRandom random = new SplittableRandom(SEED + batch);
      DifferentialImage image = new DifferentialImage(random.nextLong(), PROGRAMS);
      EngineSide reference = new EngineSide(image.bytes(), Engines::checkedInterpreter);
      EngineSide tested = new EngineSide(image.bytes(), Engines.stressed(random.split()));
      for (int pass = 0; pass < PASSES; pass++) {
        EngineSide.agree(reference, tested, random, MAX_BUDGET, "seed " + (SEED + batch));
      }
      translated += tested.translated();
    }
    assertTrue(translated > 100_000, () -> "hardly anything was translated");
  }
}

package dev.vls.vmm.engine;

import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.jit.JitConfig;
import dev.vls.vmm.jit.JitCounters;
import dev.vls.vmm.jit.Translator;
import dev.vls.vmm.memory.Disturbance;
import dev.vls.vmm.memory.GuestMemory;
import java.util.SplittableRandom;

/**
 * A translator that is sent back to its dispatcher at random turns, and finds there that something
 * of what it had cached is gone. All of it comes from the seed.
 */
final class StressedEngine implements Engine {
  private static final int MAX_PIECE_BITS = 15;

  private final Translator translator;
  private final Disturbance disturbance;
  private final SplittableRandom random;
  private final int rarity;

  /**
   * @param random its own from here on
   */
  StressedEngine(GuestMemory memory, JitConfig config, SplittableRandom random) {
    this.translator = new Translator(memory, config);
    this.disturbance = new Disturbance(memory, random.split());
    this.rarity = 1 << random.nextInt(2, 9);
    this.random = random;
  }

  JitCounters counters() {
    return translator.counters();
  }

  @Override
  public Stop run(Hart hart, long budget) {
    long left = budget;
    while (left > 0) {
      if (random.nextInt(rarity) == 0) {
        disturbance.strike();
      }
      long piece = Math.min(left, 1L + random.nextInt(1 << random.nextInt(MAX_PIECE_BITS)));
      Stop stop = translator.run(hart, piece);
      if (stop != Stop.BUDGET) {
        return stop;
      }
      left -= piece;
    }
    return Stop.BUDGET;
  }
}

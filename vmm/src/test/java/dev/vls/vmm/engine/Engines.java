package dev.vls.vmm.engine;

import dev.vls.vmm.jit.JitConfig;
import dev.vls.vmm.memory.GuestMemory;
import java.util.SplittableRandom;
import java.util.function.Function;

/** Engines for tests. Translators translate everything as soon as it is executed a second time. */
public final class Engines {
  private Engines() {}

  /** Returns the interpreter in which a wrong index is an exception, for comparison. */
  public static Engine checkedInterpreter(GuestMemory memory) {
    return new Interpreter(memory, ArrayAccess.CHECKED);
  }

  /**
   * Returns a translator whose regions' shapes, budgets, access to memory, slow paths and eviction
   * are random, and whose caches lose something at random turns.
   */
  public static Function<GuestMemory, Engine> stressed(SplittableRandom random) {
    int weight = 1 << random.nextInt(5, 14);
    int regions = random.nextInt(4) == 0 ? 1 + random.nextInt(4) : 1 << 12;
    int leaves = 1 << random.nextInt(12);
    int slowExits = 1 << random.nextInt(9);
    int threshold = 1 + random.nextInt(3);
    ArrayAccess access = random.nextInt(4) == 0 ? ArrayAccess.CHECKED : ArrayAccess.best();
    JitConfig config =
        new JitConfig(
            threshold, weight, leaves, slowExits, regions, JitConfig.Where.AT_ONCE, access);
    return memory -> new StressedEngine(memory, config, random.split());
  }
}

package dev.vls.vmm.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.hart.Firmware;
import dev.vls.vmm.memory.GuestMemory;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * Garbage as code, page tables and handlers: nothing escapes, every step is counted, and the same
 * garbage gives the same state however it is cut into budgets.
 */
class HartFuzzTest {
  private static final long SEED = Long.getLong("vls.seed", 99L);
  private static final int RUNS = Boolean.getBoolean("vls.long") ? 20_000 : 150;
  private static final int STEPS = 3000;
  private static final int GARBAGE_BYTES = 0x4_0000;

  private static final int[] MAJOR = {
    0x03, 0x23, 0x13, 0x33, 0x63, 0x6f, 0x67, 0x17, 0x37, 0x2f, 0x73, 0x73, 0x07, 0x27, 0x53, 0x0f
  };

  @Test
  void shouldCountEveryStepAndEndAlikeWhenCodeIsGarbage() {
    for (int run = 0; run < RUNS; run++) {
      long seed = SEED + run;
      List<Long> whole = execute(Interpreter::new, seed, STEPS);
      assertEquals(whole, execute(Engines::checkedInterpreter, seed, 7), "seed " + seed);
      Function<GuestMemory, Engine> translator = Engines.stressed(new SplittableRandom(seed));
      assertEquals(whole, execute(translator, seed, 300), "translated, seed " + seed);
    }
  }

  private static List<Long> execute(
      Function<GuestMemory, Engine> engines, long seed, int maxBudget) {
    SplittableRandom random = new SplittableRandom(seed);
    Firmware firmware =
        random.nextBoolean() ? Firmware.MACHINE_FIRMWARE : Firmware.SUPERVISOR_PAYLOAD;
    TestMachine machine = TestMachine.of(firmware, engines);
    for (int at = 0; at < GARBAGE_BYTES; at += 4) {
      machine.put(TestMachine.RAM + at, garbage(random));
    }
    for (int r = 1; r < 32; r++) {
      machine.hart.x(r, pointer(random));
    }
    machine.csr(0x105, pointer(random)).csr(0x305, pointer(random)).csr(0x302, random.nextLong());
    machine.csr(0x300, random.nextLong()).csr(0x304, random.nextLong()).csr(0x30a, -1);
    if (random.nextBoolean()) {
      for (int gib = 0; gib < 512; gib++) {
        machine.put64(TestMachine.ROOT + 8L * gib, entry(random));
      }
      machine.csr(0x180, (8L + random.nextInt(2)) << 60 | TestMachine.ROOT >>> 12);
    }
    long done = 0;
    while (done < STEPS) {
      long budget = Math.min(STEPS - done, 1 + random.nextInt(maxBudget));
      Stop stop = machine.engine.run(machine.hart, budget);
      long steps = machine.hart.position().steps() - done;
      assertTrue(stop == Stop.BUDGET ? steps == budget : steps >= 1 && steps <= budget);
      done += steps;
      if (stop == Stop.ECALL) {
        machine.hart.pc(machine.hart.pc() + 4);
      } else if (stop == Stop.WAIT) {
        machine.hart.waiting(false);
      }
    }
    return machine.state();
  }

  private static int garbage(SplittableRandom random) {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt();
      case 1 -> random.nextInt() & ~0x7f | 0x73 | random.nextInt(8) << 12;
      default -> random.nextInt() & ~0x7f | MAJOR[random.nextInt(MAJOR.length)];
    };
  }

  private static long pointer(SplittableRandom random) {
    return TestMachine.RAM + random.nextInt(GARBAGE_BYTES);
  }

  /** A leaf for RAM, a pointer into garbage, or garbage. */
  private static long entry(SplittableRandom random) {
    return switch (random.nextInt(3)) {
      case 0 -> TestMachine.RAM >>> 12 << 10 | random.nextInt(256) | 0xc1;
      case 1 -> (TestMachine.RAM >>> 12) + random.nextInt(64) << 10 | 1;
      default -> random.nextLong();
    };
  }
}

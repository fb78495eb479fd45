package dev.vls.vmm.jit;

import static dev.vls.vmm.isa.Asm.addi;
import static dev.vls.vmm.isa.Asm.bne;
import static dev.vls.vmm.isa.Asm.ld;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.engine.Stop;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.isa.Asm;
import dev.vls.vmm.memory.GuestMemory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When regions are planned. */
class TranslatorTest {
  private static final long CODE = GuestMemory.RAM_BASE + 0x1000;
  private static final int BASE = 5;
  private static final int COUNT = 6;
  private static final int VALUE = 7;
  private static final long ITERATIONS = 400_000;

  private final GuestMemory memory = new GuestMemory(1 << 20, 1);
  private final Hart hart = BareHart.of(memory);

  /**
   * Until the new one is compiled the old one is left for each load, hundreds of thousand times.
   */
  @Test
  @Timeout(60)
  void shouldPlanARegionAgainOnceWhileTheOldOneGoesOnBeingLeft() {
    JitConfig config = new JitConfig(100, 1000, 1000, 100, JitConfig.Where.BACKGROUND);
    Translator translator = new Translator(memory, config);
    Asm asm = new Asm(CODE);
    asm.label("loop").emit(ld(VALUE, BASE, 1), addi(COUNT, COUNT, -1));
    asm.to("loop", bne(COUNT, 0, 0));
    BareHart.put(memory, 1, asm);
    JitCounters counters = translator.counters();
    long slowBefore;
    do { // until the new one is in use
      slowBefore = counters.slow();
      hart.start(CODE, 0, 0);
      hart.x(BASE, CODE + 0x1000);
      hart.x(COUNT, ITERATIONS);
      assertEquals(Stop.BUDGET, translator.run(hart, 3 * ITERATIONS));
      assertEquals(0, hart.x(COUNT));
    } while (counters.reformed() == 0 || counters.slow() != slowBefore);

    assertTrue(counters.slow() >= 256, "the load was slow");
    assertEquals(1, counters.reformed());
  }
}

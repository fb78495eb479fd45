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
import java.util.function.ToLongFunction;
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
    untilReformed(
        translator,
        JitCounters::slow,
        () -> {
          hart.start(CODE, 0, 0);
          hart.x(BASE, CODE + 0x1000);
          hart.x(COUNT, ITERATIONS);
          assertEquals(Stop.BUDGET, translator.run(hart, 3 * ITERATIONS));
          assertEquals(0, hart.x(COUNT));
        });

    assertTrue(counters.slow() >= 256, "the load was slow");
    assertEquals(1, counters.reformed());
  }

  /** Each of them is left for the other one just as often. */
  @Test
  @Timeout(60)
  void shouldGrowTwoRegionsIntoOneOnlyOnce() {
    JitConfig config = new JitConfig(1000, 455, 1000, 100, JitConfig.Where.BACKGROUND);
    Translator translator = new Translator(memory, config);
    Asm asm = new Asm(CODE).label("one");
    repeat(asm, 50);
    asm.j("other").label("other");
    repeat(asm, 50);
    asm.emit(addi(COUNT, COUNT, -1)).to("one", bne(COUNT, 0, 0));
    BareHart.put(memory, 1, asm);
    JitCounters counters = translator.counters();
    untilReformed(
        translator,
        JitCounters::jumps,
        () -> {
          hart.start(CODE, 0, 0);
          hart.x(COUNT, ITERATIONS / 100);
          translator.run(hart, ITERATIONS);
        });

    assertEquals(3, counters.planned());
    assertEquals(1, counters.reformed());
  }

  /** A long block is as hot as a short one that is executed more often. */
  @Test
  void shouldCountWhatIsExecutedAndNotJumps() {
    Translator translator = new Translator(memory, atOnce(5000));
    Asm asm = new Asm(CODE).label("loop");
    repeat(asm, 1000);
    asm.emit(addi(COUNT, COUNT, -1)).to("loop", bne(COUNT, 0, 0));
    BareHart.put(memory, 1, asm);
    hart.start(CODE, 0, 0);
    hart.x(COUNT, ITERATIONS);

    translator.run(hart, 4000);
    assertEquals(0, translator.counters().planned());

    translator.run(hart, 2100);
    assertEquals(1, translator.counters().planned());
  }

  /** The second loop is an entry, and was not hot itself. */
  @Test
  void shouldEnterANewRegionAtAnyOfItsEntries() {
    Translator translator = new Translator(memory, atOnce(1000));
    Asm asm = new Asm(CODE).j("second").label("both").emit(addi(COUNT, 0, 300), addi(VALUE, 0, 2));
    asm.label("first").emit(addi(COUNT, COUNT, -1)).to("first", bne(COUNT, 0, 0));
    asm.label("second").emit(addi(VALUE, VALUE, -1)).to("second", bne(VALUE, 0, 0)).j("both");
    BareHart.put(memory, 1, asm);
    hart.start(CODE + 4, 0, 0);
    translator.run(hart, 1100);
    JitCounters counters = translator.counters();
    assertEquals(1, counters.planned());

    long before = counters.interpreted();
    hart.start(CODE, 0, 0);
    hart.x(VALUE, 100);
    translator.run(hart, 1 + 2 * 100);
    long interpreted = counters.interpreted() - before;
    assertTrue(interpreted <= 10, () -> interpreted + " were interpreted");
  }

  /** Goes on until a region that was planned again is in use, so that there are no more exits. */
  private static void untilReformed(
      Translator translator, ToLongFunction<JitCounters> exits, Runnable work) {
    JitCounters counters = translator.counters();
    long before;
    do {
      before = exits.applyAsLong(counters);
      work.run();
    } while (counters.reformed() == 0 || exits.applyAsLong(counters) != before);
  }

  private static JitConfig atOnce(int threshold) {
    return new JitConfig(threshold, 20_000, 1000, 100, JitConfig.Where.AT_ONCE);
  }

  private static void repeat(Asm asm, int times) {
    for (int i = 0; i < times; i++) {
      asm.emit(addi(BASE, BASE, 1));
    }
  }
}

package dev.vls.vmm.jit;

import static dev.vls.vmm.isa.Asm.addi;
import static dev.vls.vmm.isa.Asm.bne;
import static dev.vls.vmm.isa.Asm.sd;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.TimeBase;
import dev.vls.vmm.engine.ArrayAccess;
import dev.vls.vmm.engine.AtomicOps;
import dev.vls.vmm.engine.Heat;
import dev.vls.vmm.engine.HotLoop;
import dev.vls.vmm.engine.JumpProfile;
import dev.vls.vmm.hart.Firmware;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.hart.HartGroup;
import dev.vls.vmm.isa.Asm;
import dev.vls.vmm.isa.CodeCache;
import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.memory.MmioBus;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** One region, planned and compiled by hand. */
class RegionTest {
  private static final long CODE = GuestMemory.RAM_BASE + 0x1000;
  private static final long DATA = GuestMemory.RAM_BASE + 0x8000;
  private static final int BASE = 5;
  private static final int COUNT = 6;

  private final GuestMemory memory = new GuestMemory(1 << 20, 1);
  private final Hart hart = BareHart.of(memory);
  private final CodeCache cache = new CodeCache(memory);
  private final JumpProfile profile = new JumpProfile();
  private final Experience experience = new Experience();
  private final RegionContext context =
      new RegionContext(hart, new AtomicOps(hart), hart.registers(), hart.floats());

  /** Two stores with one test before a loop of two instructions. */
  private RegionPlan plan() {
    return plan(sd(COUNT, BASE, 0), sd(COUNT, BASE, 8));
  }

  private RegionPlan plan(int firstStore, int secondStore) {
    Asm asm = new Asm(CODE);
    asm.emit(firstStore, secondStore);
    asm.label("loop").emit(addi(COUNT, COUNT, -1)).to("loop", bne(COUNT, 0, 0));
    BareHart.put(memory, 1, asm);
    start(1);
    new HotLoop(hart, cache, new Heat(0), profile, ArrayAccess.best()).burst(4, 0);
    start(100);
    return former().form(CODE).orElseThrow();
  }

  private RegionFormer former() {
    return new RegionFormer(hart, cache, profile, pc -> false, experience, 1000);
  }

  private void start(long count) {
    hart.start(CODE, 0, 0);
    hart.x(BASE, DATA);
    hart.x(COUNT, count);
  }

  private RegionCompiler compiler() {
    return new RegionCompiler(
        GuestView.of(memory, hart, experience.beyond()),
        ArrayAccess.best(),
        new RegionLister(memory, RegionListener.NONE));
  }

  private Region compile(RegionPlan plan) {
    return compiler().compile(plan).orElseThrow();
  }

  @Test
  void shouldChangeNothingWhenThereIsNoBudget() {
    RegionPlan plan = plan();
    Region region = compile(plan);
    byte[] before = memory.bytes().clone();
    long[] registers = hart.registers().clone();
    assertTrue(plan.entries().size() >= 2, "the loop is an entry too");
    for (int entry = 0; entry < plan.entries().size(); entry++) {
      assertEquals(0, region.run(context, 0, entry));
    }
    assertEquals(-1, Arrays.mismatch(before, memory.bytes()));
    assertArrayEquals(registers, hart.registers());
  }

  /** Planning looks up pages that nothing was executed on yet. */
  @Test
  void shouldInterpretWhatIsBehindABranchWhenAPlanHasLookedThere() {
    memory.put32(1, 0, bne(COUNT, 0, 0x800));
    memory.put32(1, 4, bne(COUNT, 0, 0xffc));
    memory.put32(2, 0, addi(BASE, 0, 7));
    start(0);
    HotLoop loop = new HotLoop(hart, cache, new Heat(0), profile, ArrayAccess.best());
    loop.burst(2, 0);
    assertTrue(former().form(CODE).isPresent());
    start(1);
    hart.pc(CODE + 4);
    loop.burst(2, 0);
    assertEquals(7, hart.x(BASE));
  }

  @Test
  void shouldLeaveInFrontOfTheLoopWhenTheBudgetEndsThere() {
    RegionPlan plan = plan();
    int copies = plan.blocks().get(1).copies();
    assertTrue(copies > 1, "a loop as short as this one stands there several times");
    Region region = compile(plan);
    int enough = 2 + 2 * copies;
    assertEquals(2 * copies - 1, context.run(region, enough + 2 * copies - 1, 0));
    assertEquals(RegionContext.BUDGET, context.reason);
    assertEquals(CODE + 8, hart.pc());
    assertEquals(100 - copies, hart.x(COUNT));
    assertEquals(100, memory.i64(8, 8));
  }

  @Test
  void shouldGoOnBehindTheLoopWhenItEnds() {
    Region region = compile(plan());
    assertEquals(1000 - 202, context.run(region, 1000, 0));
    assertEquals(RegionContext.JUMP, context.reason);
    assertEquals(CODE + 16, hart.pc());
    assertEquals(0, hart.x(COUNT));
  }

  @Test
  void shouldLeaveALoopFromEachOfItsCopies() {
    Region region = compile(plan());
    for (int count = 1; count < 10; count++) {
      start(count);
      long instret = hart.instret();
      assertEquals(1000 - 2 - 2 * count, context.run(region, 1000, 0));
      assertEquals(CODE + 16, hart.pc());
      assertEquals(0, hart.x(COUNT));
      assertEquals(instret + 2 + 2L * count, hart.instret());
    }
  }

  /** The second store is far from the first one, so that it has a test of its own. */
  @Test
  void shouldHandOverAStoreWhenItHitsTheCode() {
    Region region = compile(plan(sd(COUNT, BASE, -264), sd(COUNT, BASE, 0)));
    hart.x(BASE, CODE);
    long instret = hart.instret();
    assertEquals(999, context.run(region, 1000, 0));
    assertEquals(RegionContext.SLOW, context.reason);
    assertEquals(CODE + 4, hart.pc());
    assertEquals(instret + 1, hart.instret());
    assertEquals(100, memory.i64(0, GuestMemory.FRAME_BYTES - 264));
  }

  @Test
  void shouldHandOverTheFirstStoreWhenTheTwoHitTheCode() {
    Region region = compile(plan());
    hart.x(BASE, CODE + 64);
    long instret = hart.instret();
    assertEquals(1000, context.run(region, 1000, 0));
    assertEquals(RegionContext.SLOW, context.reason);
    assertEquals(CODE, hart.pc());
    assertEquals(instret, hart.instret());
    assertEquals(0, memory.i64(1, 64));
  }

  /** Both stores share a test, which the first of them makes. */
  @Test
  void shouldHandOverTheFirstStoreWhenTheTwoAreInDifferentPages() {
    Region region = compile(plan());
    hart.x(BASE, DATA + GuestMemory.FRAME_BYTES - 8);
    assertEquals(1000, context.run(region, 1000, 0));
    assertEquals(RegionContext.SLOW, context.reason);
    assertEquals(CODE, hart.pc());
    assertEquals(0, memory.i64(8, GuestMemory.FRAME_BYTES - 8));
  }

  @Test
  void shouldHandOverTheFirstStoreWhenTheyAreMisalignedOrOutsideOfMemory() {
    Region region = compile(plan());
    for (long base : new long[] {DATA + 4, GuestMemory.RAM_BASE - 8, -8, 0x1000_0000}) {
      hart.pc(CODE);
      hart.x(BASE, base);
      assertEquals(1000, context.run(region, 1000, 0));
      assertEquals(RegionContext.SLOW, context.reason);
      assertEquals(CODE, hart.pc());
    }
  }

  @Test
  void shouldCallTheSlowPathWhereAStoreHasLeftOften() {
    experience.slow().add(CODE);
    experience.slow().add(CODE + 4);
    RegionPlan plan = plan();
    assertArrayEquals(new long[] {CODE, CODE + 4}, plan.calling());
    Region region = compile(plan);
    memory.watchCode(8, 1024, 4); // elsewhere in the frame: the slow path can do it
    assertEquals(1000 - 202, context.run(region, 1000, 0));
    assertEquals(CODE + 16, hart.pc());
    assertEquals(100, memory.i64(8, 8));
  }

  /** Stores that are too far from each other to share tests, in a loop. */
  private void putLoopOfStores(int stores) {
    Asm asm = new Asm(CODE);
    asm.label("loop");
    for (int i = 0; i < stores; i++) {
      asm.emit(sd(COUNT, BASE, 512 * (i % 4)));
    }
    asm.emit(addi(COUNT, COUNT, -1)).to("loop", bne(COUNT, 0, 0));
    BareHart.put(memory, 1, asm);
  }

  @Test
  void shouldMakeNoCodeThatHotSpotWouldNeverCompile() {
    putLoopOfStores(1000);
    start(1);
    new HotLoop(hart, cache, new Heat(0), profile, ArrayAccess.best()).burst(1002, 0);
    RegionFormer former = new RegionFormer(hart, cache, profile, pc -> false, experience, 1 << 14);
    RegionCompiler compiler = compiler();
    assertTrue(compiler.compile(former.form(CODE).orElseThrow()).isEmpty());
    experience.large().add(CODE);
    RegionPlan smaller = former.form(CODE).orElseThrow();
    assertEquals(CODE, smaller.pc());
    assertTrue(compiler.compile(smaller).isPresent(), "half of it is little enough");
  }

  @Test
  void shouldTranslateLessAtOnceWhenARegionComesToTooMuchCode() {
    putLoopOfStores(450);
    start(6000);
    Translator translator =
        new Translator(memory, new JitConfig(10, 1 << 14, 100_000, 4096, JitConfig.Where.AT_ONCE));
    translator.run(hart, 452 * 6000);
    assertEquals(0, hart.x(COUNT));
    JitCounters counters = translator.counters();
    assertTrue(counters.tooLarge() > 0, "none was refused");
    int waiting = 1; // the last one may not be planned again yet
    assertTrue(counters.tooLarge() <= counters.regions() + waiting, "one was refused twice");
    assertTrue(counters.translated() > 452 * 3000, counters::toString);
  }

  @Test
  void shouldPlanMoreWhenARegionMayGrow() {
    assertTrue(LongestMethod.isLifted(), "the tests have the launcher's flags");
    putLoopOfStores(300);
    start(1);
    new HotLoop(hart, cache, new Heat(0), profile, ArrayAccess.best()).burst(302, 0);
    RegionPlan first = former().form(CODE).orElseThrow();
    RegionPlan grown = former().form(CODE, OptionalLong.empty(), true).orElseThrow();
    assertFalse(first.grown());
    assertTrue(grown.grown());
    assertTrue(grown.instructions() > 3 * first.instructions(), "it is as small as before");
    assertTrue(compiler().compile(grown).isPresent());
  }

  /** Two pieces of the loop, to begin with, leave for each other at every turn. */
  @Test
  void shouldBecomeOneRegionWhenItIsLeftOften() {
    putLoopOfStores(100);
    start(3000);
    Translator translator =
        new Translator(memory, new JitConfig(10, 2500, 100, 4096, JitConfig.Where.AT_ONCE));
    translator.run(hart, 102 * 1000);
    long runs = translator.counters().runs();
    assertTrue(translator.counters().reformed() > 0, "it was not planned again");
    translator.run(hart, 102 * 2000);
    assertEquals(0, hart.x(COUNT));
    assertTrue(translator.counters().runs() - runs < 200, "it is still left at every turn");
  }

  /** A branch over more code than the bound allows: breadth first, that comes before its target. */
  private long putBranchOverMuchCode() {
    Asm asm = new Asm(CODE);
    asm.to("target", bne(COUNT, 0, 0));
    for (int i = 0; i < 100; i++) {
      asm.emit(addi(BASE, BASE, 1));
    }
    asm.label("target").emit(addi(COUNT, COUNT, -1)).to("target", bne(COUNT, 0, 0));
    BareHart.put(memory, 1, asm);
    start(0);
    HotLoop loop = new HotLoop(hart, cache, new Heat(0), profile, ArrayAccess.best());
    loop.burst(101, 0);
    start(1);
    loop.burst(3, 0);
    return CODE + 4 * 101;
  }

  @Test
  void shouldPlanWhereARegionIsLeftForBeforeWhatLiesBetween() {
    long target = putBranchOverMuchCode();
    RegionFormer former = new RegionFormer(hart, cache, profile, pc -> false, experience, 500);
    assertFalse(former.form(CODE).orElseThrow().hasBlock(target));
    assertTrue(former.form(CODE, OptionalLong.of(target), false).orElseThrow().hasBlock(target));
  }

  @Test
  void shouldNotPlanWhatOnlyTheExitLeadsTo() {
    long target = putBranchOverMuchCode();
    RegionPlan plan = former().form(target, OptionalLong.of(CODE), false).orElseThrow();
    assertTrue(plan.hasBlock(target));
    assertFalse(plan.hasBlock(CODE));
  }

  @Test
  void shouldNameTheExitThatMostTake() {
    TranslatedRegion region = new TranslatedRegion(plan(), null, List.of(), JitConfig.DEFAULT);
    int exits = 1;
    while (!region.leave(exits % 5 < 3 ? DATA : exits)) {
      exits++;
    }
    assertEquals(OptionalLong.of(DATA), region.mainExit());
    assertTrue(exits >= 100_000, "so early it is not known what is left for often");
  }

  /** The tests of this module are those of what users run. */
  @Test
  void shouldHaveRawAccessWhereTheJvmAllowsIt() {
    ArrayAccess expected =
        ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? ArrayAccess.RAW : ArrayAccess.CHECKED;
    assertEquals(expected, ArrayAccess.best());
  }

  /** Code of a machine with several harts serves all of them. */
  @Test
  void shouldWorkOnTheRegistersOfTheHartThatItRunsFor() {
    GuestMemory shared = new GuestMemory(1 << 20, 1);
    HartGroup group =
        new HartGroup(
            shared,
            new MmioBus(),
            new TimeBase(shared, TimeBase.rateFor(1_000_000_000)),
            Firmware.SUPERVISOR_PAYLOAD);
    Hart first = new Hart(0, group);
    Hart second = new Hart(1, group);
    RegionPlan plan = plan();
    RegionCompiler compiler =
        new RegionCompiler(
            GuestView.of(shared, first, experience.beyond()),
            ArrayAccess.best(),
            new RegionLister(shared, RegionListener.NONE));
    Region region = compiler.compile(plan).orElseThrow();
    second.start(CODE, 0, 0);
    second.x(BASE, DATA);
    second.x(COUNT, 10);
    RegionContext its =
        new RegionContext(second, new AtomicOps(second), second.registers(), second.floats());

    its.run(region, 1000, 0);

    assertEquals(0, second.x(COUNT));
    assertEquals(10, shared.i64(8, 0));
    assertArrayEquals(new long[first.registers().length], first.registers());
  }
}

package dev.vls.vmm.jit;

import static dev.vls.vmm.isa.Asm.add;
import static dev.vls.vmm.isa.Asm.addi;
import static dev.vls.vmm.isa.Asm.amo;
import static dev.vls.vmm.isa.Asm.bne;
import static dev.vls.vmm.isa.Asm.ld;
import static dev.vls.vmm.isa.Asm.sd;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.engine.ArrayAccess;
import dev.vls.vmm.engine.AtomicOps;
import dev.vls.vmm.engine.Heat;
import dev.vls.vmm.engine.HotLoop;
import dev.vls.vmm.engine.JumpProfile;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.isa.Asm;
import dev.vls.vmm.isa.CodeCache;
import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.memory.PteLayout;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Loops with Sv39 on: the range of pages that they compare addresses with has to be right.
 *
 * <p>RAM is mapped where it is. One more page, {@link #OTHER}, is mapped through a last-level table
 * of its own, which the loops can store to.
 */
class PagedRegionTest {
  private static final int SATP = 0x180;
  private static final long SV39 = 8L << 60;
  private static final int ROOT = 16;
  private static final int MIDDLE = 17;
  private static final int LEAF = 18;
  private static final int OTHER_LEAF = 19;
  private static final int FIRST = 40;
  private static final int SECOND = 41;
  private static final long CODE = GuestMemory.RAM_BASE + 0x1000;
  private static final long OTHER = GuestMemory.RAM_BASE + (2 << 20);
  private static final int STACK_POINTER = 2;
  private static final int BASE = 5;
  private static final int COUNT = 6;
  private static final int VALUE = 7;
  private static final int AT = 9;
  private static final int SUM = 10;
  private static final int AMOADD = 0;

  private final GuestMemory memory = new GuestMemory(1 << 20, 1);
  private final Hart hart = BareHart.of(memory);
  private final CodeCache cache = new CodeCache(memory);
  private final JumpProfile profile = new JumpProfile();
  private final Experience experience = new Experience();
  private final RegionContext context =
      new RegionContext(hart, new AtomicOps(hart), hart.registers(), hart.floats());

  private static long table(int frame) {
    return physical(frame) >>> GuestMemory.FRAME_SHIFT << 10 | PteLayout.V;
  }

  private static long page(int frame) {
    return table(frame) | PteLayout.R | PteLayout.W | PteLayout.X | PteLayout.A | PteLayout.D;
  }

  private void map(int page, long entry) {
    memory.put64(LEAF, page * PteLayout.BYTES, entry);
  }

  private static long physical(int frame) {
    return GuestMemory.RAM_BASE + ((long) frame << GuestMemory.FRAME_SHIFT);
  }

  @BeforeEach
  void buildTables() {
    memory.put64(ROOT, 2 * PteLayout.BYTES, table(MIDDLE));
    memory.put64(MIDDLE, 0, table(LEAF));
    memory.put64(MIDDLE, PteLayout.BYTES, table(OTHER_LEAF));
    for (int i = 0; i < 256; i++) {
      memory.put64(LEAF, i * PteLayout.BYTES, page(i));
    }
    memory.put64(OTHER_LEAF, 0, page(FIRST));
  }

  private void start(long count, long base, long at) {
    hart.start(CODE, 0, 0);
    hart.csrs().write(SATP, SV39 | physical(ROOT) >>> GuestMemory.FRAME_SHIFT);
    hart.x(COUNT, count);
    hart.x(BASE, base);
    hart.x(STACK_POINTER, base);
    hart.x(AT, at);
    hart.x(SUM, 0);
    hart.x(VALUE, page(SECOND));
  }

  /** Compiles a loop of these instructions, which have been executed elsewhere before. */
  private Region loop(int... body) {
    return compiled(planned(false, body));
  }

  private RegionPlan planned(boolean grown, int... body) {
    Asm asm = new Asm(CODE);
    asm.label("loop").emit(body);
    asm.emit(addi(COUNT, COUNT, -1)).to("loop", bne(COUNT, 0, 0));
    int instructions = BareHart.put(memory, 1, asm);
    start(1, physical(50), physical(51));
    new HotLoop(hart, cache, new Heat(0), profile, ArrayAccess.best()).burst(instructions, 0);
    RegionPlan plan =
        new RegionFormer(hart, cache, profile, pc -> false, experience, 1000)
            .form(CODE, OptionalLong.empty(), grown)
            .orElseThrow();
    assertEquals(RegionPlan.Addressing.TLB, plan.addressing());
    return plan;
  }

  private Region compiled(RegionPlan plan) {
    RegionCompiler compiler =
        new RegionCompiler(
            GuestView.of(memory, hart, experience.beyond()),
            ArrayAccess.best(),
            new RegionLister(memory, RegionListener.NONE));
    return compiler.compile(plan).orElseThrow();
  }

  /** Has the soft TLB know pages for loads and stores. */
  private void know(long... pages) {
    for (long page : pages) {
      long kept = hart.loadStore().loadMemory(page, 8);
      assertTrue(hart.loadStore().storeMemory(page, 8, kept));
    }
  }

  @Test
  void shouldFindEachPageThatALoopWalksInto() {
    int strideInRegister = VALUE;
    Region region = loop(ld(SUM, BASE, 0), sd(SUM, BASE, 8), add(BASE, BASE, strideInRegister));
    start(8, physical(60), 0);
    hart.x(VALUE, 2048);
    for (int i = 0; i < 8; i++) {
      memory.put64(60 + i / 2, i % 2 * 2048, 100 + i);
    }
    know(physical(60), physical(61), physical(62), physical(63));

    assertEquals(1000 - 8 * 5, context.run(region, 1000, 0));

    assertEquals(CODE + 20, hart.pc());
    for (int i = 0; i < 8; i++) {
      assertEquals(100 + i, memory.i64(60 + i / 2, i % 2 * 2048 + 8));
    }
  }

  @Test
  void shouldLeaveAtAPageThatIsNotKnown() {
    Region region = loop(sd(COUNT, BASE, 0), add(BASE, BASE, VALUE));
    map(62, 0);
    start(8, physical(60), 0);
    hart.x(VALUE, 4096);
    know(physical(60), physical(61));

    context.run(region, 1000, 0);

    assertEquals(RegionContext.SLOW, context.reason);
    assertEquals(CODE, hart.pc());
    assertEquals(physical(62), hart.x(BASE));
    assertEquals(6, hart.x(COUNT));
  }

  @Test
  void shouldLoadAndStoreAcrossPagesThatLieInOnePiece() {
    Region region = loop(ld(SUM, BASE, 0), sd(SUM, AT, 0), addi(BASE, BASE, 4));
    start(4, physical(61) - 12, physical(71) - 4);
    memory.put64(60, 4088, 0x1122_3344_5566_7788L);
    memory.put64(61, 0, 0x0102_0304_0506_0708L);
    know(physical(60), physical(70));

    context.run(region, 1000, 0);

    assertEquals(CODE + 20, hart.pc(), "no access left");
    assertEquals(0x0102_0304_0506_0708L, hart.x(SUM));
    assertEquals(0x0506_0708, memory.i32(70, 4092));
    assertEquals(0x0102_0304, memory.i32(71, 0));
  }

  @Test
  void shouldLeaveWhereAnAccessCrossesIntoAPageThatLiesElsewhere() {
    Region region = loop(ld(SUM, BASE, 0), addi(BASE, BASE, 4));
    map(61, page(80));
    start(4, physical(61) - 8, 0);
    know(physical(60), physical(61));

    context.run(region, 1000, 0);

    assertEquals(RegionContext.SLOW, context.reason);
    assertEquals(physical(61) - 4, hart.x(BASE));
  }

  /** Two accesses share a test: both pages are known, and in no range. */
  @Test
  void shouldLeaveWhereOneOfTwoAccessesIsInAPageThatLiesElsewhere() {
    Region region = loop(ld(SUM, BASE, 0), ld(VALUE, BASE, 64), addi(BASE, BASE, 32));
    map(60, page(90));
    map(61, page(80));
    memory.put64(90, 4096 - 72, 5);
    memory.put64(90, 4096 - 8, 6);
    start(4, physical(61) - 72, 0);
    know(physical(62), physical(60), physical(61));

    context.run(region, 1000, 0);

    assertEquals(RegionContext.SLOW, context.reason);
    assertEquals(physical(61) - 40, hart.x(BASE));
    assertEquals(5, hart.x(SUM));
    assertEquals(6, hart.x(VALUE));
  }

  @Test
  void shouldFindPagesThatLieElsewhere() {
    Region region = loop(ld(SUM, BASE, 0), sd(SUM, BASE, 8), add(BASE, BASE, VALUE));
    map(61, page(80));
    start(3, physical(60), 0);
    hart.x(VALUE, 4096);
    memory.put64(60, 0, 7);
    memory.put64(80, 0, 8);
    memory.put64(62, 0, 9);
    know(physical(60), physical(61), physical(62));

    context.run(region, 1000, 0);

    assertEquals(CODE + 20, hart.pc());
    assertEquals(7, memory.i64(60, 8));
    assertEquals(8, memory.i64(80, 8));
    assertEquals(9, memory.i64(62, 8));
    assertEquals(0, memory.i64(61, 8));
  }

  /** The load goes to another piece of memory, the store does not. */
  @Test
  void shouldTakeNoteOfWhatNeededTheSoftTlb() {
    Region region = loop(ld(SUM, BASE, 0), sd(SUM, AT, 0), add(BASE, BASE, VALUE));
    map(61, page(80));
    start(2, physical(60), physical(70));
    hart.x(VALUE, 4096);
    know(physical(60), physical(61), physical(70));

    context.run(region, 1000, 0);

    assertEquals(0, hart.x(COUNT));
    assertTrue(experience.beyond().has(CODE));
    assertFalse(experience.beyond().has(CODE + 4));
  }

  @Test
  void shouldLookNoFurtherThanTheRangeOncePlannedAgain() {
    Region region =
        compiled(planned(true, ld(SUM, BASE, 0), sd(SUM, AT, 8), add(BASE, BASE, VALUE)));
    map(202, page(80));
    start(4, physical(200), physical(70));
    hart.x(VALUE, 4096);
    memory.put64(201, 0, 5);
    know(physical(200), physical(201), physical(202), physical(70));

    context.run(region, 1000, 0);

    assertEquals(RegionContext.SLOW, context.reason);
    assertEquals(CODE, hart.pc());
    assertEquals(2, hart.x(COUNT));
    assertEquals(5, memory.i64(70, 8), "what was before was in the range");
  }

  /** Two accesses share a test, and only one of them was seen to go further. */
  @Test
  void shouldLookFurtherForWhatHasNeededIt() {
    experience.beyond().add(CODE);
    Region region =
        compiled(planned(true, ld(SUM, BASE, 0), ld(8, BASE, 8), sd(8, AT, 8), addi(AT, AT, 8)));
    map(60, page(80));
    memory.put64(80, 8, 5);
    start(2, physical(60), physical(70));
    know(physical(61), physical(62), physical(60), physical(70));

    context.run(region, 1000, 0);

    assertEquals(0, hart.x(COUNT), "not left in between");
    assertEquals(5, memory.i64(70, 16));
  }

  /** The distance from addresses to memory is a constant of the code. */
  @Test
  void shouldLeaveIfTheRangeLiesElsewhereInMemory() {
    RegionPlan plan = planned(true, ld(SUM, BASE, 0), sd(BASE, BASE, 8));
    assertTrue(plan.ranged().has(CODE));
    assertTrue(plan.ranged().has(CODE + 4));
    Region region = compiled(plan);
    for (int i = 0; i < 256; i++) {
      map(i, page(i < 32 ? i : i ^ 1 << 6));
    }
    memory.put64(60 ^ 1 << 6, 0, 5);
    hart.tlb().dropTranslations();
    start(2, physical(60), 0);
    know(physical(60));

    context.run(region, 1000, 0);

    assertEquals(RegionContext.SLOW, context.reason);
    assertEquals(CODE, hart.pc());
    assertEquals(2, hart.x(COUNT));
    assertEquals(0, memory.i64(60, 8));
  }

  @Test
  void shouldHaveWhatLeavesOftenLookFurtherBeforeItCalls() {
    RegionPlan plan = planned(true, ld(SUM, BASE, 0));
    JitConfig config = new JitConfig(1, 1, 1, 2, 1, JitConfig.Where.AT_ONCE, ArrayAccess.best());
    TranslatedRegion first = new TranslatedRegion(plan, null, List.of(), config);
    first.ran(5000);
    assertFalse(first.slow(CODE, experience));
    assertTrue(first.slow(CODE, experience));
    assertTrue(experience.beyond().has(CODE));
    assertFalse(experience.slow().has(CODE));

    RegionPlan again = planned(true, ld(SUM, BASE, 0));
    assertFalse(again.sameCode(plan));
    TranslatedRegion second = new TranslatedRegion(again, first, List.of(first), config);
    second.ran(5000);
    assertFalse(second.slow(CODE, experience));
    assertFalse(second.slow(CODE, experience), "rare enough for first touches of pages");
    second.ran(100);
    assertFalse(second.slow(CODE, experience));
    assertTrue(second.slow(CODE, experience));
    assertTrue(experience.slow().has(CODE));
  }

  @Test
  void shouldLeaveAtAStoreToAFrameInTheMiddleThatIsWatched() {
    Region region = loop(sd(COUNT, BASE, 0), add(BASE, BASE, VALUE));
    start(8, physical(60), 0);
    hart.x(VALUE, 4096);
    know(physical(60), physical(61), physical(62), physical(63));
    memory.watch(62, GuestMemory.PAGE_TABLE);

    context.run(region, 1000, 0);

    assertEquals(RegionContext.SLOW, context.reason);
    assertEquals(physical(62), hart.x(BASE));
    assertEquals(0, memory.i64(62, 0));
  }

  @Test
  void shouldNotGoByTheRangeOfAnotherContext() {
    Region region = loop(ld(SUM, BASE, 0));
    start(1, physical(60), 0);
    know(physical(60));
    hart.csrs().write(SATP, SV39 | physical(ROOT + 10) >>> GuestMemory.FRAME_SHIFT);

    context.run(region, 1000, 0);

    assertEquals(RegionContext.SLOW, context.reason);
    assertEquals(0, hart.x(SUM));
  }

  /** The walk of the atomic instruction finds that the frame stored to is a page table. */
  @Test
  void shouldNotStoreToAPageTableThatAnAtomicInTheLoopHasWalked() {
    for (int base : new int[] {BASE, STACK_POINTER}) {
      buildTables();
      Region region = loop(sd(VALUE, base, 0), amo(AMOADD, 8, 0, AT, COUNT));
      start(8, physical(OTHER_LEAF), OTHER);
      hart.tlb().dropTranslations();
      know(physical(OTHER_LEAF));

      context.run(region, 1000, 0);

      assertEquals(RegionContext.SLOW, context.reason);
      assertEquals(CODE, hart.pc());
      assertEquals(7, hart.x(COUNT), "the second store is one to a table that is in use");
      assertEquals(8, memory.i64(SECOND, 0));
      memory.put64(SECOND, 0, 0);
    }
  }

  /** The same with a load that calls its slow path. */
  @Test
  void shouldNotStoreToAPageTableThatALoadInTheLoopHasWalked() {
    experience.slow().add(CODE + 4);
    Region region = loop(sd(VALUE, BASE, 0), ld(SUM, AT, 0));
    memory.put64(SECOND, 0, 77);
    start(8, physical(OTHER_LEAF), OTHER);
    know(physical(OTHER_LEAF));

    context.run(region, 1000, 0);

    assertEquals(RegionContext.SLOW, context.reason);
    assertEquals(CODE, hart.pc());
    assertEquals(7, hart.x(COUNT));
    assertEquals(77, hart.x(SUM));
  }

  /** Nothing that the inline way leaves in locals is there behind a call. */
  @Test
  void shouldGoOnBehindTheSlowPathOfTheFirstAccess() {
    experience.slow().add(CODE);
    for (int first : new int[] {ld(SUM, AT, 0), sd(VALUE, AT, 0)}) {
      Region region = loop(first, addi(VALUE, VALUE, 1));
      memory.put64(SECOND, 0, 77);
      start(8, physical(OTHER_LEAF), OTHER);
      hart.tlb().dropTranslations();

      context.run(region, 1000, 0);

      assertEquals(0, hart.x(COUNT), "not left in between");
    }
  }
}

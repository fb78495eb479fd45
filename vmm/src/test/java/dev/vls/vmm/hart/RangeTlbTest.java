package dev.vls.vmm.hart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.TimeBase;
import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.memory.MmioBus;
import dev.vls.vmm.memory.PteLayout;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Ranges have the pages that may be accessed directly, and no others. */
class RangeTlbTest {
  private static final long PAGE = 4096;

  /** What it makes of pages that it is told. */
  @Nested
  class Ranges {
    private static final int CONTEXT = 3 << 3;
    private static final int SAME_SLOT = CONTEXT + (16 << 3);
    private static final long BASE = -(1L << 31); // as of a kernel
    private static final long DISTANCE = 5 << 12;

    private final RangeTlb ranges = new RangeTlb();

    private void add(long firstPage, long pages) {
      ranges.add(CONTEXT, BASE + firstPage * PAGE, pages * PAGE, DISTANCE - BASE);
    }

    private void assertRange(long firstPage, long pages) {
      int at = ranges.find(CONTEXT);
      assertEquals(BASE + firstPage * PAGE, ranges.start(at));
      assertEquals(pages * PAGE - (RangeTlb.REACH - 1), ranges.limit(at));
      assertEquals(DISTANCE + firstPage * PAGE, ranges.index(at));
    }

    private void assertEmpty() {
      assertEquals(0, ranges.limit(ranges.find(CONTEXT)));
    }

    @Test
    void shouldJoinWhatTouches() {
      add(10, 2);
      add(12, 3);
      assertRange(10, 5);
      add(8, 2);
      assertRange(8, 7);
      add(6, 20);
      assertRange(6, 20);
      add(7, 2);
      assertRange(6, 20);
    }

    @Test
    void shouldKeepTheLongerOfTwoThatDoNotTouch() {
      add(10, 4);
      add(20, 4);
      assertRange(10, 4);
      add(20, 5);
      assertRange(20, 5);
    }

    @Test
    void shouldNotJoinWhatLiesElsewhere() {
      add(10, 2);
      ranges.add(CONTEXT, BASE + 12 * PAGE, PAGE, DISTANCE - BASE + PAGE);
      assertRange(10, 2);
    }

    @Test
    void shouldKeepTheLongerPartOfWhatIsCut() {
      add(10, 10);
      assertTrue(ranges.drop(BASE + 12 * PAGE, PAGE));
      assertRange(13, 7);
      assertFalse(ranges.drop(BASE + 12 * PAGE, PAGE));
      ranges.drop(BASE + 18 * PAGE, 5 * PAGE);
      assertRange(13, 5);
      ranges.drop(BASE + 18 * PAGE, PAGE);
      ranges.drop(BASE + 12 * PAGE, PAGE);
      assertRange(13, 5);
      ranges.drop(BASE, 100 * PAGE);
      assertEmpty();
    }

    @Test
    void shouldCutWhereAFrameIs() {
      add(10, 10);
      ranges.dropFrame(5 + 19);
      assertRange(10, 9);
      ranges.dropFrame(5 + 19);
      ranges.dropFrame(5 + 9);
      assertRange(10, 9);
    }

    @Test
    void shouldGiveNoContextTheRangeOfAnother() {
      add(10, 10);
      assertEquals(0, ranges.limit(ranges.find(SAME_SLOT)));
      ranges.add(SAME_SLOT, 0, PAGE, 0);
      assertEmpty();
      ranges.clear();
      assertEquals(0, ranges.limit(ranges.find(SAME_SLOT)));
    }

    @Test
    void shouldStopLookingWhereThatIsInVain() {
      add(0, 1000);
      int looks = 0;
      while (ranges.wants(CONTEXT, BASE + 5000 * PAGE) && looks < 1000) {
        add(5000, 500);
        looks++;
      }
      assertTrue(looks > 1 && looks < 20, "looked " + looks + " times");
      int refused = 0;
      while (!ranges.wants(CONTEXT, BASE + 5000 * PAGE)) {
        refused++;
      }
      assertTrue(refused > 1 && refused < 1000, "refused " + refused + " times");
    }

    @Test
    void shouldNotLookAroundAPageThatItHas() {
      add(10, 2);
      assertFalse(ranges.wants(CONTEXT, BASE + 11 * PAGE));
      assertTrue(ranges.wants(CONTEXT, BASE + 12 * PAGE));
      assertTrue(ranges.wants(SAME_SLOT, BASE + 11 * PAGE));
    }
  }

  /** What walks of page tables put there. RAM is mapped where it is, pages 0 to 255. */
  @Nested
  class Walks {
    private static final int ROOT = 16;
    private static final int MIDDLE = 17;
    private static final int LEAF = 18;
    private static final int SATP = 0x180;
    private static final long SV39 = 8L << 60;
    private static final long LARGE = 1L << 21;

    private final GuestMemory memory = new GuestMemory(1 << 20, 1);
    private final Hart hart =
        new Hart(
            0,
            memory,
            new MmioBus(),
            new TimeBase(memory, TimeBase.rateFor(1_000_000_000)),
            Firmware.SUPERVISOR_PAYLOAD);

    Walks() {
      memory.put64(ROOT, 2 * PteLayout.BYTES, table(MIDDLE));
      memory.put64(MIDDLE, 0, table(LEAF));
      for (int page = 0; page < 256; page++) {
        map(page, entry(page));
      }
      hart.start(physical(1), 0, 0);
      hart.csrs().write(SATP, SV39 | physical(ROOT) >>> GuestMemory.FRAME_SHIFT);
    }

    private static long physical(int frame) {
      return GuestMemory.RAM_BASE + frame * PAGE;
    }

    private static long table(int frame) {
      return physical(frame) >>> GuestMemory.FRAME_SHIFT << 10 | PteLayout.V;
    }

    private static long entry(int frame) {
      return table(frame) | PteLayout.R | PteLayout.W | PteLayout.A | PteLayout.D;
    }

    private void map(int page, long entry) {
      memory.put64(LEAF, page * PteLayout.BYTES, entry);
    }

    private void load(int page) {
      hart.loadStore().loadMemory(physical(page), 8);
      assertEquals(Cause.NONE, hart.loadStore().cause());
    }

    private void store(int page) {
      assertTrue(hart.loadStore().storeMemory(physical(page), 8, 0));
    }

    private void assertLoads(int from, int to) {
      assertRange(hart.tlb().loadRanges(), from, to);
    }

    private void assertStores(int from, int to) {
      assertRange(hart.tlb().storeRanges(), from, to);
    }

    private void assertRange(RangeTlb ranges, int from, int to) {
      int at = ranges.find(hart.mmu().dataContext());
      assertEquals(physical(from), ranges.start(at));
      assertEquals((to - from) * PAGE - (RangeTlb.REACH - 1), ranges.limit(at));
      assertEquals(from * PAGE, ranges.index(at));
    }

    @Test
    void shouldGoAsFarAsEntriesSayTheSame() {
      map(100, 0);
      map(120, entry(120) | PteLayout.U);
      load(110);
      store(110);
      assertLoads(101, 120);
      assertStores(101, 120);
    }

    @Test
    void shouldEndBeforeAPageThatWasNotAccessedOrIsNotDirty() {
      map(100, entry(100) & ~PteLayout.A);
      map(120, entry(120) & ~PteLayout.D);
      load(110);
      store(110);
      assertLoads(101, 256);
      assertStores(101, 120);
    }

    @Test
    void shouldEndWhereMemoryIsNotInOnePiece() {
      map(120, entry(121));
      memory.map((physical(100) >>> GuestMemory.FRAME_SHIFT), 99);
      load(110);
      assertLoads(101, 120);
    }

    @Test
    void shouldNotStoreToWatchedFrames() {
      memory.watch(120, GuestMemory.PAGE_TABLE);
      store(110);
      assertStores(LEAF + 1, 120);
      memory.watch(100, GuestMemory.PAGE_TABLE);
      assertStores(LEAF + 1, 100);
      memory.cleanAll();
      assertEquals(
          0,
          hart.tlb().storeRanges().limit(hart.tlb().storeRanges().find(hart.mmu().dataContext())));
    }

    @Test
    void shouldBeCutWhereAnEntryChanges() {
      load(110);
      store(110);
      map(120, entry(30));
      assertLoads(121, 256);
      assertStores(121, 256);
    }

    @Test
    void shouldTakeALargePageAsFarAsThereIsMemory() {
      memory.put64(MIDDLE, 0, entry(0));
      load(110);
      assertLoads(0, 256);
      assertTrue(256 * PAGE < LARGE);
    }

    @Test
    void shouldKnowNothingOfAnotherAddressSpace() {
      load(110);
      hart.csrs().write(SATP, SV39 | physical(ROOT + 8) >>> GuestMemory.FRAME_SHIFT);
      RangeTlb ranges = hart.tlb().loadRanges();
      assertEquals(0, ranges.limit(ranges.find(hart.mmu().dataContext())));
      hart.csrs().write(SATP, SV39 | physical(ROOT) >>> GuestMemory.FRAME_SHIFT);
      assertLoads(0, 256);
    }
  }
}

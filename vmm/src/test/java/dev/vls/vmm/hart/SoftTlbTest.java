package dev.vls.vmm.hart;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.memory.PteLayout;
import org.junit.jupiter.api.Test;

/** Entries go when what they were made from changes, and no others do. */
class SoftTlbTest {
  private static final int CONTEXT = 8;
  private static final int TABLE = 3;
  private static final int FRAME = 5;
  private static final int OTHER_FRAME = 6;
  private static final long TABLE_BASE = 0x4020_0000;
  private static final int NUMBER = 17;
  private static final long PAGE = TABLE_BASE + NUMBER * 4096L;
  private static final long NEIGHBOUR = PAGE + 4096;
  private static final long ELSEWHERE = TABLE_BASE + (1L << 30);
  private static final long INVALID = -1;

  private final GuestMemory memory = new GuestMemory(1 << 20, 4);
  private final SoftTlb tlb = new SoftTlb(memory);

  /** Installs a page and its neighbour, found through one table. */
  private void install() {
    for (int number : new int[] {NUMBER, NUMBER + 1}) {
      memory.put64(TABLE, number * PteLayout.BYTES, PteLayout.V);
    }
    memory.watch(TABLE, GuestMemory.PAGE_TABLE);
    tlb.foundThroughLastLevel(TABLE, PAGE);
    install(PAGE, FRAME);
    install(NEIGHBOUR, OTHER_FRAME);
  }

  private void install(long page, int frame) {
    tlb.installLoad(page, CONTEXT, frame);
    tlb.installStore(page, CONTEXT, frame);
  }

  private static void assertKnown(long[] entries, long page) {
    assertEquals(page | CONTEXT, entries[SoftTlb.at(page)]);
  }

  private static void assertUnknown(long[] entries, long page) {
    assertEquals(INVALID, entries[SoftTlb.at(page)]);
  }

  @Test
  void shouldDropAPageWhenItsPageTableEntryChangesAndKeepItsNeighbour() {
    install();

    memory.put64(TABLE, NUMBER * PteLayout.BYTES, 0);

    assertUnknown(tlb.loads(), PAGE);
    assertUnknown(tlb.stores(), PAGE);
    assertKnown(tlb.loads(), NEIGHBOUR);
    assertKnown(tlb.stores(), NEIGHBOUR);
  }

  @Test
  void shouldDropTheRightToStoreToAFrameThatIsWatched() {
    install();

    memory.watch(FRAME, GuestMemory.PAGE_TABLE);

    assertUnknown(tlb.stores(), PAGE);
    assertKnown(tlb.loads(), PAGE);
    assertKnown(tlb.stores(), NEIGHBOUR);
  }

  @Test
  void shouldDropAllRightsToStoreToAFrameThatHasSeveralPages() {
    install();
    tlb.installStore(ELSEWHERE, CONTEXT, FRAME);
    tlb.installStore(ELSEWHERE + 4096, CONTEXT, FRAME);

    memory.watch(FRAME, GuestMemory.PAGE_TABLE);

    assertUnknown(tlb.stores(), PAGE);
    assertUnknown(tlb.stores(), ELSEWHERE);
    assertUnknown(tlb.stores(), ELSEWHERE + 4096);
  }

  @Test
  void shouldDropEverythingWhenAllTranslationsAreDropped() {
    install();

    tlb.dropTranslations();

    for (long page : new long[] {PAGE, NEIGHBOUR}) {
      assertUnknown(tlb.loads(), page);
      assertUnknown(tlb.stores(), page);
    }
  }
}

package dev.vls.vmm.hart;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.memory.PteLayout;
import org.junit.jupiter.api.Test;

/** What translated code has noted for a place goes when what it was copied from is gone already. */
class SoftTlbTest {
  private static final int CONTEXT = 8;
  private static final int TABLE = 3;
  private static final int FRAME = 5;
  private static final int OTHER_FRAME = 6;
  private static final int SITE = SoftTlb.atSite(7);
  private static final long TABLE_BASE = 0x4020_0000;
  private static final int NUMBER = 17;
  private static final long PAGE = TABLE_BASE + NUMBER * 4096L;
  private static final long SAME_PLACE = PAGE + SoftTlb.ENTRIES * 4096L;
  private static final long NEIGHBOUR = PAGE + 4096;
  private static final long INVALID = -1;

  private final GuestMemory memory = new GuestMemory(1 << 20, 4);
  private final SoftTlb tlb = new SoftTlb(memory);

  /** Installs a page, has a place copy it, and has another page take its place. */
  private void copyAndReplace(long[] entries) {
    memory.put64(TABLE, NUMBER * PteLayout.BYTES, PteLayout.V);
    memory.put64(TABLE, (NUMBER + 1) * PteLayout.BYTES, PteLayout.V);
    memory.watch(TABLE, GuestMemory.PAGE_TABLE);
    tlb.foundThroughLastLevel(TABLE, PAGE);
    tlb.installLoad(PAGE, CONTEXT, FRAME);
    tlb.installStore(PAGE, CONTEXT, FRAME);
    int from = SoftTlb.at(PAGE);
    entries[SITE] = entries[from];
    entries[SITE + 1] = entries[from + 1];
    tlb.installLoad(SAME_PLACE, CONTEXT, OTHER_FRAME);
    tlb.installStore(SAME_PLACE, CONTEXT, OTHER_FRAME);
    assertEquals(PAGE | CONTEXT, entries[SITE]);
  }

  @Test
  void shouldDropACopyWhenItsPageTableEntryChanges() {
    for (long[] entries : new long[][] {tlb.loads(), tlb.stores()}) {
      copyAndReplace(entries);

      memory.put64(TABLE, NUMBER * PteLayout.BYTES, 0);

      assertEquals(INVALID, entries[SITE]);
    }
  }

  @Test
  void shouldKeepACopyWhenTheEntryOfAnotherPageChanges() {
    copyAndReplace(tlb.loads());
    tlb.installLoad(NEIGHBOUR, CONTEXT, OTHER_FRAME);

    memory.put64(TABLE, (NUMBER + 1) * PteLayout.BYTES, 0);

    assertEquals(PAGE | CONTEXT, tlb.loads()[SITE]);
  }

  @Test
  void shouldDropACopyWhenItsFrameIsWatched() {
    copyAndReplace(tlb.stores());

    memory.watch(FRAME, GuestMemory.PAGE_TABLE);

    assertEquals(INVALID, tlb.stores()[SITE]);
  }

  @Test
  void shouldDropCopiesWhenEverythingIsDropped() {
    copyAndReplace(tlb.loads());
    copyAndReplace(tlb.stores());

    tlb.dropTranslations();

    assertEquals(INVALID, tlb.loads()[SITE]);
    assertEquals(INVALID, tlb.stores()[SITE]);
  }
}

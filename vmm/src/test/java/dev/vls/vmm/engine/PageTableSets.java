package dev.vls.vmm.engine;

import dev.vls.vmm.memory.PteLayout;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/**
 * The page tables of a {@link DifferentialImage}: each set maps RAM for the program (identity for
 * S-mode, {@link DifferentialImage#USER_ALIAS} for U-mode) and a window of scratch pages with
 * random rights and defects.
 *
 * <p>A and D of the window's pages are the program's choice; what came of them is in its record.
 */
final class PageTableSets {
  /** First of the 4 KiB pages; as a physical address nothing is there. */
  static final long WINDOW = 0x1_0000_0000L;

  /** How many of them. */
  static final int WINDOW_PAGES = 32;

  /** A good 2 MiB page, then one whose PPN is not aligned. */
  static final long BIG_WINDOW = WINDOW + (1 << 21);

  private static final int PAGES = 4;
  private static final int ROOT_39 = 1;
  private static final long AD = PteLayout.A | PteLayout.D;
  private static final long RWX = PteLayout.R | PteLayout.W | PteLayout.X;

  private PageTableSets() {}

  /** Returns satp for a set. */
  static long satp(int set, boolean sv48) {
    long root = page(set) + (sv48 ? 0 : ROOT_39);
    return (sv48 ? 9L : 8L) << 60 | root;
  }

  /** Returns where the entries of a set's {@link #WINDOW} are. */
  static long window(int set) {
    return page(set) + 3 << 12;
  }

  static void write(ByteBuffer bytes, SplittableRandom random) {
    for (int set = 0; set < DifferentialImage.TABLE_SETS; set++) {
      long first = page(set);
      put(bytes, first, 0, pointer(first + ROOT_39));
      put(bytes, first + 1, (int) (WINDOW >>> 30), pointer(first + 2));
      long ram = DifferentialImage.RAM >>> 12;
      put(bytes, first + 1, 1, leaf(ram, RWX | AD | PteLayout.U));
      put(bytes, first + 1, 2, leaf(ram, RWX | AD));
      put(bytes, first + 2, 0, pointer(first + 3));
      long big = DifferentialImage.BIG_SCRATCH >>> 12;
      put(bytes, first + 2, 1, leaf(big, rights(random)));
      put(bytes, first + 2, 2, leaf(big + 1, rights(random)));
      for (int page = 0; page < WINDOW_PAGES; page++) {
        put(bytes, first + 3, page, entry(random));
      }
    }
  }

  private static long entry(SplittableRandom random) {
    long ppn = (DifferentialImage.SCRATCH >>> 12) + random.nextInt(16);
    return switch (random.nextInt(16)) {
      case 0 -> leaf(ppn, RWX | AD) & ~PteLayout.V;
      case 1 -> leaf(ppn, RWX | AD) | 1L << 54 + random.nextInt(10);
      // read-only: the reference machine stores the first half of a word whose second half meets
      // nothing
      case 2 -> leaf(0x10_0000_0000L, rights(random) & ~PteLayout.W | PteLayout.R);
      case 3 -> pointer(ppn);
      default -> leaf(ppn, rights(random));
    };
  }

  private static long rights(SplittableRandom random) {
    long rights = random.nextInt(3) == 0 ? random.nextInt(8) << 1 : PteLayout.R | PteLayout.W;
    long user = random.nextBoolean() ? PteLayout.U : 0;
    return (rights == 0 ? PteLayout.R : rights) | user | AD;
  }

  private static long page(int set) {
    return (DifferentialImage.TABLES >>> 12) + (long) set * PAGES;
  }

  private static long pointer(long ppn) {
    return ppn << 10 | PteLayout.V;
  }

  private static long leaf(long ppn, long rights) {
    return ppn << 10 | rights | PteLayout.V;
  }

  private static void put(ByteBuffer bytes, long ppn, int index, long pte) {
    bytes.putLong((int) ((ppn << 12) - DifferentialImage.RAM) + 8 * index, pte);
  }
}

package dev.vls.vmm.isa;

import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.memory.TranslationCaches;
import java.util.Arrays;

/**
 * Predecoded instructions, one page of slots for each machine frame that code was fetched from.
 *
 * <p>Slot i belongs to the halfword at offset 2 i. A page is always consistent with memory: the
 * granules that instructions were decoded from are watched, and a store to one empties its slots.
 */
public final class CodeCache implements TranslationCaches {
  /** Slots that belong to halfwords of a frame. */
  public static final int SLOTS = GuestMemory.FRAME_BYTES / 2;

  /**
   * Length of a page: after the last halfword come as many ends as an instruction can step over.
   */
  public static final int PAGE_SLOTS = SLOTS + 2;

  private final GuestMemory memory;
  private final long[][] pages;

  public CodeCache(GuestMemory memory) {
    this.memory = memory;
    this.pages = new long[memory.bytes().length >>> GuestMemory.FRAME_SHIFT][];
    memory.attach(this);
  }

  /**
   * Returns a page on which no instruction is known and none may be decoded: every slot asks for
   * the pc's page.
   */
  public static long[] endsOnly() {
    long[] page = new long[PAGE_SLOTS];
    Arrays.fill(page, Opcode.PAGE_END);
    return page;
  }

  /** Returns the live table of pages by frame; null where nothing was fetched. */
  public long[][] pages() {
    return pages;
  }

  /** Returns the page of {@code frame}, made if need be. */
  public long[] page(int frame) {
    long[] page = pages[frame];
    if (page == null) {
      page = new long[PAGE_SLOTS];
      page[SLOTS] = Opcode.PAGE_END;
      page[SLOTS + 1] = Opcode.PAGE_END;
      pages[frame] = page;
    }
    return page;
  }

  /** Decodes the instruction at {@code offset} of {@code frame} into its slot. */
  public void decode(int frame, int offset) {
    int half = memory.u16(frame, offset);
    boolean wide = (half & 3) == 3;
    long slot;
    if (!wide) {
      slot = CompressedDecoder.decode(half);
    } else if (offset == GuestMemory.FRAME_BYTES - 2) {
      slot = Opcode.STRADDLE;
    } else {
      slot = Decoder.decode(memory.i32(frame, offset));
    }
    memory.watchCode(frame, offset, wide && slot != Opcode.STRADDLE ? 4 : 2);
    page(frame)[offset >>> 1] = slot;
  }

  @Override
  public void dropCode(int frame, int offset, int length) {
    long[] page = pages[frame];
    if (page != null) {
      // an instruction that begins one halfword earlier reaches into the granule
      Arrays.fill(page, Math.max(0, (offset >>> 1) - 1), (offset + length) >>> 1, Opcode.UNDECODED);
    }
  }

  @Override
  public void dropTranslations() {}

  @Override
  public void dropStoreRights(int frame) {}

  @Override
  public void dropAllStoreRights() {}
}

package dev.vls.vmm.jit;

import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.hart.Mmu;
import dev.vls.vmm.isa.CodeCache;
import dev.vls.vmm.isa.Decoder;
import dev.vls.vmm.isa.Opcode;
import dev.vls.vmm.isa.SlotLayout;
import dev.vls.vmm.memory.GuestMemory;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads decoded instructions by guest-virtual address for one region and notes what they were read
 * from. Reads what the interpreter has executed and nothing else.
 */
final class CodeReader {
  private static final long PAGE_MASK = -GuestMemory.FRAME_BYTES;
  private static final int OFFSET_MASK = GuestMemory.FRAME_BYTES - 1;

  private final Hart hart;
  private final CodeCache cache;
  private final List<RegionPlan.Page> pages = new ArrayList<>();

  CodeReader(Hart hart, CodeCache cache) {
    this.hart = hart;
    this.cache = cache;
  }

  /** Returns the pages of what was read so far. */
  List<RegionPlan.Page> pages() {
    return List.copyOf(pages);
  }

  /** Returns the instruction at {@code address}, or {@link Opcode#UNDECODED} if it is not known. */
  long read(long address) {
    int page = page(address);
    if (page < 0) {
      return Opcode.UNDECODED;
    }
    int frame = pages.get(page).frame();
    int offset = (int) address & OFFSET_MASK;
    long[] slots = cache.pages()[frame];
    long slot = slots == null ? Opcode.UNDECODED : slots[offset >>> 1];
    if (SlotLayout.opcode(slot) == Opcode.UNDECODED) {
      return slot;
    }
    if (SlotLayout.opcode(slot) == Opcode.STRADDLE) {
      return readStraddling(address, page);
    }
    use(page, offset, 2 * SlotLayout.halfwords(slot));
    return slot;
  }

  private long readStraddling(long address, int first) {
    int second = page(address + 2);
    if (second < 0) {
      return Opcode.UNDECODED;
    }
    GuestMemory memory = hart.memory();
    int low = memory.u16(pages.get(first).frame(), GuestMemory.FRAME_BYTES - 2);
    int high = memory.u16(pages.get(second).frame(), 0);
    memory.watchCode(pages.get(second).frame(), 0, 2);
    use(first, GuestMemory.FRAME_BYTES - 2, 2);
    use(second, 0, 2);
    return Decoder.decode(high << 16 | low);
  }

  private void use(int page, int offset, int length) {
    RegionPlan.Page old = pages.get(page);
    long granules = old.granules() | GuestMemory.granules(offset, length);
    if (granules != old.granules()) {
      pages.set(page, new RegionPlan.Page(old.address(), old.frame(), granules));
    }
  }

  private int page(long address) {
    long wanted = address & PAGE_MASK;
    for (int i = 0; i < pages.size(); i++) {
      if (pages.get(i).address() == wanted) {
        return i;
      }
    }
    int frame = hart.mmu().lookFetchFrame(address);
    if (frame == Mmu.FAILED) {
      return -1;
    }
    pages.add(new RegionPlan.Page(wanted, frame, 0));
    return pages.size() - 1;
  }
}

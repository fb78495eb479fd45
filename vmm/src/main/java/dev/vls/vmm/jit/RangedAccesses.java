package dev.vls.vmm.jit;

import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.hart.RangeTlb;
import dev.vls.vmm.isa.SlotLayout;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Loads and stores of a region that look no further than the range of pages ({@link RangeTlb}) and
 * take what lies there for known: how far addresses are from indexes in memory. If a range has not
 * what they need, or lies elsewhere, they leave.
 *
 * @param pcs their addresses, in order
 * @param loadsDistance what makes indexes in memory of addresses that are loaded from
 * @param storesDistance likewise
 */
record RangedAccesses(long[] pcs, long loadsDistance, long storesDistance) {
  /** None. */
  static final RangedAccesses NONE = new RangedAccesses(new long[0], 0, 0);

  /**
   * Returns the loads and stores of {@code blocks} but those that needed more; none of a kind that
   * has no range now. Of what was not translated before that is not known: it leaves if it is not
   * as hoped.
   */
  static RangedAccesses of(List<Block> blocks, Hart hart, Experience experience) {
    int context = hart.mmu().dataContext();
    RangeTlb loads = hart.tlb().loadRanges();
    RangeTlb stores = hart.tlb().storeRanges();
    int loadsAt = loads.find(context);
    int storesAt = stores.find(context);
    LongStream.Builder pcs = LongStream.builder();
    for (Block block : blocks) {
      for (int i = 0; i < block.count(); i++) {
        int opcode = SlotLayout.opcode(block.slot(i));
        boolean store = AccessGroups.stores(opcode);
        long limit = store ? stores.limit(storesAt) : loads.limit(loadsAt);
        long pc = block.pc(i);
        boolean more = experience.slow().has(pc) || experience.beyond().has(pc);
        if (AccessGroups.accesses(opcode) && limit > 0 && !more) {
          pcs.add(pc);
        }
      }
    }
    return new RangedAccesses(
        pcs.build().sorted().toArray(), loads.distance(loadsAt), stores.distance(storesAt));
  }

  /** Returns whether there is none. */
  boolean isEmpty() {
    return pcs.length == 0;
  }

  /** Returns whether the load or store at {@code pc} is one of them. */
  boolean has(long pc) {
    return Arrays.binarySearch(pcs, pc) >= 0;
  }

  /** Returns the distance of the range for stores, or the one for loads. */
  long distance(boolean store) {
    return store ? storesDistance : loadsDistance;
  }

  /** Returns whether these are the same with the same distances. */
  boolean same(RangedAccesses other) {
    return Arrays.equals(pcs, other.pcs)
        && loadsDistance == other.loadsDistance
        && storesDistance == other.storesDistance;
  }
}

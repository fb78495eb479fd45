package dev.vls.vmm.jit;

import static java.lang.constant.ConstantDescs.CD_long;

import dev.vls.vmm.hart.RangeTlb;
import dev.vls.vmm.isa.SlotLayout;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.MethodTypeDesc;

/**
 * The range of pages for loads, and the one for stores ({@link RangeTlb}), in locals of the method,
 * three for each. They are taken over on the way in and behind what walks page tables, and change
 * nowhere else.
 */
final class PageRanges {
  /** Slots of locals. */
  static final int LOCALS = 12;

  private static final MethodTypeDesc LIMIT = MethodTypeDesc.of(CD_long, CD_long);

  private final CodeBuilder code;
  private final int first;
  private final RangedAccesses ranged;
  private final boolean loads;
  private final boolean stores;

  /**
   * @param first the first of {@link #LOCALS} slots
   */
  PageRanges(CodeBuilder code, RegionPlan plan, int first) {
    this.code = code;
    this.first = first;
    ranged = plan.ranged();
    boolean tlb = plan.addressing() == RegionPlan.Addressing.TLB;
    loads = tlb && plan.blocks().stream().anyMatch(block -> accesses(block, false));
    stores = tlb && plan.blocks().stream().anyMatch(block -> accesses(block, true));
  }

  private static boolean accesses(Block block, boolean store) {
    for (int i = 0; i < block.count(); i++) {
      int opcode = SlotLayout.opcode(block.slot(i));
      if (AccessGroups.accesses(opcode) && AccessGroups.stores(opcode) == store) {
        return true;
      }
    }
    return false;
  }

  private int start(boolean store) {
    return store ? first + 6 : first;
  }

  private int limit(boolean store) {
    return start(store) + 2;
  }

  private int index(boolean store) {
    return start(store) + 4;
  }

  /** Tells which locals are taken over. */
  void describe(StackMaps maps) {
    for (int slot = first; slot < first + LOCALS; slot += 2) {
      if (slot < start(true) ? loads : stores) {
        maps.alwaysLong(slot);
      }
    }
  }

  /** Emits code that takes over what the context has; none where addresses are not translated. */
  void fetch() {
    if (loads) {
      fetch("loads", false);
    }
    if (stores) {
      fetch("stores", true);
    }
  }

  private void fetch(String kind, boolean store) {
    fetch(kind + "Start", start(store));
    if (ranged.isEmpty()) {
      fetch(kind + "Limit", limit(store));
    } else {
      code.aload(RegionEmitter.CONTEXT).loadConstant(ranged.distance(store));
      code.invokevirtual(RegionCompiler.CONTEXT, kind + "Limit", LIMIT).lstore(limit(store));
    }
    fetch(kind + "Index", index(store));
  }

  private void fetch(String field, int local) {
    code.aload(RegionEmitter.CONTEXT);
    code.getfield(RegionCompiler.CONTEXT, field, CD_long).lstore(local);
  }

  /**
   * Emits a test of the address on the stack: if accesses from there on are in the range, local
   * {@code to} gets its distance from the range's start, else code goes on at {@code other}. Signed
   * numbers are compared ({@link RegionContext#loadsStart}): HotSpot's first compiler has no
   * instruction for others, and makes three branches of the comparison.
   */
  void distance(boolean store, Label other, int to) {
    code.lload(start(store)).lsub().lstore(to);
    code.lload(to).lload(limit(store)).lcmp().ifge(other);
  }

  /** The same for who needs no distance. */
  void test(boolean store, Label other) {
    code.lload(start(store)).lsub().lload(limit(store)).lcmp().ifge(other);
  }

  /** Pushes the index in memory of the range's start, which distances are added to. */
  void pushIndex(boolean store) {
    code.lload(index(store));
  }
}

package dev.vls.vmm.jit;

import dev.vls.vmm.isa.SlotLayout;
import java.lang.classfile.CodeBuilder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Pages that were found last, in locals of the method, two for each: the page's address and what is
 * added to addresses of it to make an index in memory. An access that has one reads nothing of the
 * soft TLB while it stays in the page.
 *
 * <p>Accesses of one kind behind one base register share one. The stack's are kept for a whole
 * region, others for their inner loop. They are empty on the way in, and again behind whatever may
 * change translations or rights to store.
 */
final class PageLocals {
  /** Pairs at most; accesses that would need more look into the soft TLB. */
  static final int MAX = 6;

  /** The address of no page. */
  private static final long NOWHERE = -1;

  private final Map<Kind, Integer> locals = new LinkedHashMap<>();

  /** What shares a page. */
  record Kind(boolean store, int base) {
    private static final int STACK_POINTER = 2;

    static Kind of(long slot) {
      return new Kind(AccessGroups.stores(SlotLayout.opcode(slot)), SlotLayout.rs1(slot));
    }

    boolean isStack() {
      return base == STACK_POINTER;
    }
  }

  /**
   * Chooses pages.
   *
   * @param blocks the code with the accesses
   * @param which accesses to take
   * @param first the first of {@code 4 * MAX} slots of locals
   */
  PageLocals(Iterable<Block> blocks, Predicate<Kind> which, int first) {
    for (Block block : blocks) {
      for (int i = 0; i < block.count(); i++) {
        Kind kind = Kind.of(block.slot(i));
        if (AccessGroups.accesses(SlotLayout.opcode(block.slot(i)))
            && which.test(kind)
            && locals.size() < MAX) {
          locals.putIfAbsent(kind, first + 4 * locals.size());
        }
      }
    }
  }

  boolean isEmpty() {
    return locals.isEmpty();
  }

  /** Returns the local with the page's address, two before that with the distance, or -1. */
  int of(Kind kind) {
    return locals.getOrDefault(kind, -1);
  }

  /** Emits code that makes all of them empty. */
  void clear(CodeBuilder code) {
    for (int local : locals.values()) {
      code.loadConstant(NOWHERE).lstore(local).lconst_0().lstore(local + 2);
    }
  }
}

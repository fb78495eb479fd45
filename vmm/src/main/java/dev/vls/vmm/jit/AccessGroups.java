package dev.vls.vmm.jit;

import static dev.vls.vmm.isa.Opcode.*;

import dev.vls.vmm.isa.SlotLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;

/**
 * Which loads or stores of a block share one test: those of one width that lie close together,
 * behind one register that does not change meanwhile. The first of them tests for all that they are
 * in one page of plain memory; nothing between them can change that.
 */
final class AccessGroups {
  /** Octets that a group spans at most: more would cross pages often. */
  private static final int MAX_SPAN = 256;

  private final Map<Integer, Group> groups = new LinkedHashMap<>();

  private AccessGroups() {}

  /** What accesses share a test. */
  record Kind(boolean store, int size, int base) {}

  /** Several accesses, of which the first is at {@link #first} in its block. */
  static final class Group {
    private final int number;
    private final int first;
    private int low;
    private int high;
    private int members = 1;

    private Group(int number, int first, int offset) {
      this.number = number;
      this.first = first;
      low = offset;
      high = offset;
    }

    /** Returns its number within the block. */
    int number() {
      return number;
    }

    /** Returns the index in the block of the instruction that tests. */
    int first() {
      return first;
    }

    /** Returns the smallest distance from the base. */
    int low() {
      return low;
    }

    /** Returns the largest distance from the base; the access there is as wide as all. */
    int high() {
      return high;
    }

    private boolean takes(int offset, int size) {
      return (offset - low) % size == 0
          && Math.max(high, offset) - Math.min(low, offset) + size <= MAX_SPAN;
    }

    private void add(int offset) {
      low = Math.min(low, offset);
      high = Math.max(high, offset);
      members++;
    }
  }

  /**
   * Finds the groups of a block.
   *
   * @param calls whether the access at an address calls its slow path: it may change what another
   *     has tested
   */
  static AccessGroups of(Block block, LongPredicate calls) {
    AccessGroups found = new AccessGroups();
    Map<Kind, Group> open = new LinkedHashMap<>();
    List<Group> all = new ArrayList<>();
    for (int i = 0; i < block.count(); i++) {
      long slot = block.slot(i);
      int opcode = SlotLayout.opcode(slot);
      int size = size(opcode);
      if (size == 0 ? mayChangeTranslations(opcode) : calls.test(block.pc(i))) {
        open.clear();
      } else if (size != 0) {
        Kind kind = new Kind(stores(opcode), size, SlotLayout.rs1(slot));
        int offset = SlotLayout.immediate(slot);
        Group group = open.get(kind);
        if (group != null && group.takes(offset, size)) {
          group.add(offset);
        } else {
          group = new Group(all.size(), i, offset);
          all.add(group);
          open.put(kind, group);
        }
        found.groups.put(i, group);
      }
      int written = new Operands(slot).writesX().orElse(-1);
      open.keySet().removeIf(kind -> kind.base() == written);
    }
    found.groups.values().removeIf(group -> group.members == 1);
    return found;
  }

  /** Returns the group that instruction {@code index} of the block belongs to, or null. */
  Group at(int index) {
    return groups.get(index);
  }

  /** Returns whether an instruction walks page tables, which takes the right to store to them. */
  private static boolean mayChangeTranslations(int opcode) {
    return opcode >= LR_W && opcode < FMADD_S;
  }

  /** Returns whether it is a load or a store. */
  static boolean accesses(int opcode) {
    return size(opcode) != 0;
  }

  /** Returns whether it is a store. */
  static boolean stores(int opcode) {
    return (opcode >= SB && opcode <= SD) || opcode == FSD || opcode == FSW;
  }

  /** Returns how wide a load or store is, 0 for other instructions. */
  private static int size(int opcode) {
    return switch (opcode) {
      case LB, LBU, SB -> 1;
      case LH, LHU, SH -> 2;
      case LW, LWU, SW, FLW, FSW -> 4;
      case LD, SD, FLD, FSD -> 8;
      default -> 0;
    };
  }
}

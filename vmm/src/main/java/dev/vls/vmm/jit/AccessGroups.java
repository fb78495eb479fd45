package dev.vls.vmm.jit;

import static dev.vls.vmm.isa.Opcode.*;

import dev.vls.vmm.isa.SlotLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;

/**
 * Which loads or stores of a block share one test: those that lie close together, behind one
 * register that does not change meanwhile. The first of them tests for all that they are in one
 * page of plain memory; nothing between them can change that.
 */
final class AccessGroups {
  /** Octets that a group spans at most: more would cross pages often. */
  private static final int MAX_SPAN = 256;

  private final Map<Integer, Group> groups = new LinkedHashMap<>();

  private AccessGroups() {}

  /** What accesses share a test. */
  record Kind(boolean store, int base) {}

  /**
   * Several accesses, of which the first is at {@link #first} in its block. All are aligned where
   * one of the widest is.
   */
  static final class Group {
    private final int number;
    private final int first;
    private int widest;
    private int anchor;
    private int lowest;
    private int end;
    private int members;

    private Group(int number, int first, int offset, int size) {
      this.number = number;
      this.first = first;
      widest = size;
      anchor = offset;
      lowest = offset;
      end = offset;
      add(offset, size);
    }

    /** Returns its number within the block. */
    int number() {
      return number;
    }

    /** Returns the index in the block of the instruction that tests. */
    int first() {
      return first;
    }

    /** Returns how many octets the widest has. */
    int widest() {
      return widest;
    }

    /**
     * Returns the distance from the base at which the test begins: that of the lowest access, or
     * less, so that it is aligned where the widest access is.
     */
    int low() {
      return low(lowest, anchor, widest);
    }

    private static int low(int lowest, int anchor, int widest) {
      return lowest - Math.floorMod(lowest - anchor, widest);
    }

    /** Returns how many octets lie between {@link #low} and the last access's end. */
    int octets() {
      return end - low();
    }

    private boolean takes(int offset, int size) {
      boolean wider = size > widest;
      int from = low(Math.min(lowest, offset), wider ? offset : anchor, Math.max(size, widest));
      return (offset - anchor) % Math.min(size, widest) == 0
          && Math.max(end, offset + size) - from <= MAX_SPAN;
    }

    private void add(int offset, int size) {
      if (size > widest) {
        widest = size;
        anchor = offset;
      }
      lowest = Math.min(lowest, offset);
      end = Math.max(end, offset + size);
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
        Kind kind = new Kind(stores(opcode), SlotLayout.rs1(slot));
        int offset = SlotLayout.immediate(slot);
        Group group = open.get(kind);
        if (group != null && group.takes(offset, size)) {
          group.add(offset, size);
        } else {
          group = new Group(all.size(), i, offset, size);
          all.add(group);
          open.put(kind, group);
        }
        found.groups.put(i, group);
      }
      int written = new Operands(slot).writesX().orElse(-1);
      open.remove(new Kind(false, written));
      open.remove(new Kind(true, written));
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

package dev.vls.vmm.jit;

import dev.vls.vmm.isa.Opcode;
import dev.vls.vmm.isa.SlotLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A basic block of a region: instructions that all retire unless one leaves, and what follows.
 *
 * <p>{@link RegionFormer} builds it; afterwards it does not change.
 */
final class Block {
  /** How a block ends. */
  enum End {
    /** The next instruction follows, in another block or outside. */
    FALL,
    /** JAL. */
    JUMP,
    /** A conditional branch. */
    BRANCH,
    /** JALR. */
    INDIRECT,
    /** The instruction behind the last one is one for the interpreter. */
    INTERPRET
  }

  private final long pc;
  private long[] slots = new long[8];
  private long[] pcs = new long[8];
  private int count;
  private End end = End.FALL;
  private long next;
  private final List<Block> successors = new ArrayList<>(2);
  private boolean checked;
  private boolean returnedTo;
  private int longestPath;
  private int copies = 1;

  Block(long pc) {
    this.pc = pc;
    this.next = pc;
  }

  /** Returns the address of the first instruction. */
  long pc() {
    return pc;
  }

  /** Returns how many instructions there are, the one that ends the block included. */
  int count() {
    return count;
  }

  long slot(int i) {
    return slots[i];
  }

  long pc(int i) {
    return pcs[i];
  }

  /** Returns the addresses of the instructions. */
  LongStream pcs() {
    return Arrays.stream(pcs, 0, count);
  }

  long last() {
    return slots[count - 1];
  }

  /** Returns the address behind the last instruction. */
  long next() {
    return next;
  }

  End end() {
    return end;
  }

  /** Returns the target of the JAL or branch that ends the block. */
  long target() {
    return pcs[count - 1] + SlotLayout.immediate(last());
  }

  /**
   * Returns where a JALR at the end may go to inside the region, or for other ends the blocks at
   * {@link #target} and {@link #next} that are inside.
   */
  List<Block> successors() {
    return successors;
  }

  /** Returns whether the budget is looked at before the block. */
  boolean checked() {
    return checked;
  }

  /**
   * Returns how many instructions may retire from the beginning of this block to the next check.
   */
  int longestPath() {
    return longestPath;
  }

  /** Returns whether it ends with a branch to its own beginning. */
  boolean isLoop() {
    return end == End.BRANCH && target() == pc;
  }

  /** Returns how many times the code of a loop stands in the region, one behind the other. */
  int copies() {
    return copies;
  }

  boolean usesFloats() {
    for (int i = 0; i < count; i++) {
      int opcode = SlotLayout.opcode(slots[i]);
      if (opcode >= Opcode.FMADD_S || (opcode >= Opcode.FLD && opcode <= Opcode.FSW)) {
        return true;
      }
    }
    return false;
  }

  void add(long address, long slot) {
    if (count == slots.length) {
      slots = Arrays.copyOf(slots, 2 * count);
      pcs = Arrays.copyOf(pcs, 2 * count);
    }
    pcs[count] = address;
    slots[count] = slot;
    count++;
    next = address + 2L * SlotLayout.halfwords(slot);
  }

  void end(End how) {
    end = how;
  }

  /** Cuts before instruction {@code at} and returns what was behind it as a block of its own. */
  Block splitAt(int at) {
    Block rest = new Block(pcs[at]);
    for (int i = at; i < count; i++) {
      rest.add(pcs[i], slots[i]);
    }
    rest.end(end);
    count = at;
    next = rest.pc;
    end = End.FALL;
    return rest;
  }

  /** Returns the index of the instruction at {@code address}, or -1. */
  int indexOf(long address) {
    return Math.max(-1, Arrays.binarySearch(pcs, 0, count, address));
  }

  void follow(Block successor) {
    if (successor != null && !successors.contains(successor)) {
      successors.add(successor);
    }
  }

  void check() {
    checked = true;
  }

  /** Returns whether a call in the region returns here. */
  boolean returnedTo() {
    return returnedTo;
  }

  void returnTo() {
    returnedTo = true;
  }

  void longestPath(int instructions) {
    longestPath = instructions;
  }

  void copies(int times) {
    copies = times;
  }
}

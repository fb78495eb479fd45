package dev.vls.vmm.jit;

import java.util.Arrays;
import java.util.List;

/**
 * What a region will do: immutable, made on the domain's thread and compiled on another.
 *
 * @param blocks the basic blocks in the order in which they are emitted
 * @param entries those at which the region can be entered; the first is the one it was planned for
 * @param pages where the code lies
 * @param instructions how many there are in all blocks
 * @param addressing what is known of the addresses that it loads from and stores to
 * @param calling the loads and stores whose slow path is a call, in order
 * @param ranged those that look no further than the range of pages
 * @param grown whether it was planned with the larger bound
 */
record RegionPlan(
    List<Block> blocks,
    List<Block> entries,
    List<Page> pages,
    int instructions,
    Addressing addressing,
    long[] calling,
    RangedAccesses ranged,
    boolean grown) {

  /** How the region's addresses are translated. */
  enum Addressing {
    /** Not at all, and RAM is one piece. */
    FLAT,
    /** In whatever way the soft TLB knows. */
    TLB
  }

  /**
   * One page that code of the region was read from.
   *
   * @param address guest-virtual address of the page
   * @param frame the machine frame behind it
   * @param granules which granules of the frame hold the code, by bit
   */
  record Page(long address, int frame, long granules) {}

  /** Returns the address that the region was planned for. */
  long pc() {
    return entries.getFirst().pc();
  }

  /** Returns whether one of the blocks begins at {@code address}. */
  boolean hasBlock(long address) {
    for (Block block : blocks) {
      if (block.pc() == address) {
        return true;
      }
    }
    return false;
  }

  /** Adds where the region can be left for by jumps that are known, and by running out of it. */
  void addExits(AddressSet frontier) {
    for (Block block : blocks) {
      if (block.end() == Block.End.JUMP || block.end() == Block.End.BRANCH) {
        addOutside(block.target(), frontier);
      }
      if (block.end() != Block.End.JUMP && block.end() != Block.End.INDIRECT) {
        addOutside(block.next(), frontier);
      }
    }
  }

  private void addOutside(long pc, AddressSet frontier) {
    if (!hasBlock(pc)) {
      frontier.add(pc);
    }
  }

  /**
   * Returns whether {@code other} has the same blocks with the same successors. That one of them
   * looks no further than ranges, and is the only one that has grown, is no difference.
   */
  boolean sameCode(RegionPlan other) {
    return instructions == other.instructions
        && blocks.size() == other.blocks.size()
        && entries.size() == other.entries.size()
        && links() == other.links()
        && Arrays.equals(calling, other.calling)
        && (grown != other.grown || ranged.same(other.ranged));
  }

  /**
   * Returns whether the code of {@code other}, from the same pages, is all in this one, which can
   * be entered where that was planned for, and whenever that can be.
   */
  boolean covers(RegionPlan other) {
    return other.addressing == addressing
        && other.instructions <= instructions
        && (other.usesFloats() || !usesFloats())
        && entries.stream().anyMatch(entry -> entry.pc() == other.pc())
        && other.pages.stream().allMatch(this::hasPage)
        && other.blocks.stream().allMatch(block -> hasBlock(block.pc()));
  }

  private boolean hasPage(Page other) {
    return pages.stream()
        .anyMatch(page -> page.address() == other.address() && page.frame() == other.frame());
  }

  private int links() {
    return blocks.stream().mapToInt(block -> block.successors().size()).sum();
  }

  /** Returns whether the slow path of the load or store at {@code pc} is a call. */
  boolean calls(long pc) {
    return Arrays.binarySearch(calling, pc) >= 0;
  }

  /** Returns whether there are instructions that need FP state at hand. */
  boolean usesFloats() {
    return blocks.stream().anyMatch(Block::usesFloats);
  }
}

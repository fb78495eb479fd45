package dev.vls.vmm.jit;

import java.util.List;

/**
 * What a region will do: immutable, made on the domain's thread and compiled on another.
 *
 * @param pc guest-virtual address of the entry
 * @param blocks the basic blocks, the one at {@code pc} first
 * @param pages where the code lies
 * @param instructions how many there are in all blocks
 */
record RegionPlan(long pc, List<Block> blocks, List<Page> pages, int instructions) {

  /**
   * One page that code of the region was read from.
   *
   * @param address guest-virtual address of the page
   * @param frame the machine frame behind it
   * @param granules which granules of the frame hold the code, by bit
   */
  record Page(long address, int frame, long granules) {}

  /** Returns how many instructions may retire between the entry and the next budget check. */
  int entryBudget() {
    return blocks.getFirst().longestPath();
  }

  /** Returns whether there are instructions that need FP state at hand. */
  boolean usesFloats() {
    return blocks.stream().anyMatch(Block::usesFloats);
  }
}

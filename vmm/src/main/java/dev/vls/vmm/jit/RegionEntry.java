package dev.vls.vmm.jit;

/**
 * An address at which a region can be entered, in the {@link RegionTable}.
 *
 * <p>Immutable but for its place in the table.
 */
final class RegionEntry {
  private final TranslatedRegion region;
  private final int index;
  private final long pc;
  private final int budget;
  private RegionEntry next;

  /**
   * @param index of the entry in the region's plan
   */
  RegionEntry(TranslatedRegion region, int index) {
    Block block = region.plan().entries().get(index);
    this.region = region;
    this.index = index;
    this.pc = block.pc();
    this.budget = block.longestPath();
  }

  TranslatedRegion region() {
    return region;
  }

  int index() {
    return index;
  }

  long pc() {
    return pc;
  }

  /** Returns how many instructions may retire before the code looks at the budget. */
  int budget() {
    return budget;
  }

  /** Returns the entry behind this one in its bucket, or null. */
  RegionEntry next() {
    return next;
  }

  void next(RegionEntry behind) {
    next = behind;
  }
}

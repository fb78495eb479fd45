package dev.vls.vmm.jit;

/**
 * Translated code: the superclass of what {@link RegionCompiler} generates, which adds {@link
 * #run}.
 */
abstract class Region {
  private final long[] sitePcs;
  private final int[] siteRetired;

  /**
   * @param sitePcs addresses of the instructions that can leave in the middle of a block
   * @param siteRetired how many instructions of its block have retired before each of them
   */
  Region(long[] sitePcs, int[] siteRetired) {
    this.sitePcs = sitePcs;
    this.siteRetired = siteRetired;
  }

  /**
   * Executes from one of the region's entries until an exit.
   *
   * @param context the hart's; on return it says where and why the code was left
   * @param left how many instructions may retire
   * @param entry index of the entry in the plan
   * @return how many of them are left
   */
  abstract int run(RegionContext context, int left, int entry);

  // Called by generated code.
  final long sitePc(int site) {
    return sitePcs[site];
  }

  // Called by generated code.
  final int siteRetired(int site) {
    return siteRetired[site];
  }
}

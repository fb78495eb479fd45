package dev.vls.vmm.jit;

/**
 * Translated code: the superclass of what {@link RegionCompiler} generates, which adds {@link #run}.
 */
abstract class Region {
  private final RegionPlan plan;
  private final long[] sitePcs;
  private final int[] siteRetired;

  /**
   * @param sitePcs addresses of the instructions that can leave in the middle of a block
   * @param siteRetired how many instructions of its block have retired before each of them
   */
  Region(RegionPlan plan, long[] sitePcs, int[] siteRetired) {
    this.plan = plan;
    this.sitePcs = sitePcs;
    this.siteRetired = siteRetired;
  }

  /**
   * Executes from the region's entry until an exit.
   *
   * @param context the hart's; on return it says where and why the code was left
   * @param left how many instructions may retire
   * @return how many of them are left
   */
  abstract int run(RegionContext context, int left);

  RegionPlan plan() {
    return plan;
  }

  // Called by generated code.
  final long sitePc(int site) {
    return sitePcs[site];
  }

  // Called by generated code.
  final int siteRetired(int site) {
    return siteRetired[site];
  }
}

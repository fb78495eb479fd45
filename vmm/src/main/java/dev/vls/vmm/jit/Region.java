package dev.vls.vmm.jit;

/**
 * Translated code: the superclass of what {@link RegionCompiler} generates, which adds {@link
 * #run}.
 */
abstract class Region {
  /**
   * Executes from one of the region's entries until an exit.
   *
   * @param context the hart's; on return it says where and why the code was left
   * @param left how many instructions may retire
   * @param entry index of the entry in the plan
   * @return how many of them are left
   */
  abstract int run(RegionContext context, int left, int entry);
}

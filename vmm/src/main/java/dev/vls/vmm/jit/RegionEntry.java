package dev.vls.vmm.jit;

/**
 * A region in the {@link RegionTable}, from its plan on.
 *
 * <p>On the domain's thread, but for {@link #plan}.
 */
final class RegionEntry {
  private final RegionPlan plan;
  private final long pc;
  private final int budget;
  private final boolean floats;
  private Region region;
  private RegionEntry next;
  private int context = -1;
  private int epoch;
  private boolean dropped;

  RegionEntry(RegionPlan plan) {
    this.plan = plan;
    this.pc = plan.pc();
    this.budget = plan.entryBudget();
    this.floats = plan.usesFloats();
  }

  RegionPlan plan() {
    return plan;
  }

  long pc() {
    return pc;
  }

  /** Returns the code, or null while it is being made. */
  Region region() {
    return region;
  }

  void region(Region made) {
    region = made;
  }

  /** Returns how many instructions may retire before the code looks at the budget again. */
  int budget() {
    return budget;
  }

  /** Returns whether FP state has to be at hand. */
  boolean floats() {
    return floats;
  }

  RegionEntry next() {
    return next;
  }

  void next(RegionEntry behind) {
    next = behind;
  }

  /** Returns whether the pages were found where the plan has them, under these numbers. */
  boolean valid(int fetchContext, int translations) {
    return context == fetchContext && epoch == translations;
  }

  void validated(int fetchContext, int translations) {
    context = fetchContext;
    epoch = translations;
  }

  boolean dropped() {
    return dropped;
  }

  void drop() {
    dropped = true;
  }
}

package dev.vls.vmm.jit;

/**
 * What the translator of one machine has done so far.
 *
 * <p>Plain fields of the domain's thread; others may read them and see them late. They are no part
 * of the machine's state.
 */
public final class JitCounters {
  long translated;
  long interpreted;
  long runs;
  final long[] exits = new long[4];
  long planned;
  long plannedInstructions;
  long reformed;
  long dropped;
  long revalidated;
  long tooLarge;
  int regions;

  JitCounters() {}

  /** Returns how many instructions retired in translated code. */
  public long translated() {
    return translated;
  }

  /** Returns how many steps the interpreter has made. */
  public long interpreted() {
    return interpreted;
  }

  /** Returns how often a region was entered from the dispatcher. */
  public long runs() {
    return runs;
  }

  /** Returns how often a region was left for code outside of it. */
  public long jumps() {
    return exits[RegionContext.JUMP];
  }

  /** Returns how often a region was left for an instruction of the interpreter's. */
  public long handedOver() {
    return exits[RegionContext.INTERPRET];
  }

  /** Returns how often a region was left because its budget was low. */
  public long exhausted() {
    return exits[RegionContext.BUDGET];
  }

  /** Returns how often a region was left for a load or store that is not to plain memory. */
  public long slow() {
    return exits[RegionContext.SLOW];
  }

  /** Returns how many regions were planned. */
  public long planned() {
    return planned;
  }

  /** Returns how many instructions those have. */
  public long plannedInstructions() {
    return plannedInstructions;
  }

  /** Returns how many regions were planned again because they were left often. */
  public long reformed() {
    return reformed;
  }

  /** Returns how many regions were dropped: their code changed, or the bound was reached. */
  public long dropped() {
    return dropped;
  }

  /** Returns how often a region's pages were looked up again. */
  public long revalidated() {
    return revalidated;
  }

  /** Returns how many plans came to more code than HotSpot compiles, and were made smaller. */
  public long tooLarge() {
    return tooLarge;
  }

  /** Returns how many regions there are now. */
  public int regions() {
    return regions;
  }

  @Override
  public String toString() {
    return "translated %d, interpreted %d, runs %d (jump %d, interpret %d, slow %d, budget %d), regions %d, planned %d (%d instructions), reformed %d, dropped %d, revalidated %d, too large %d"
        .formatted(
            translated,
            interpreted,
            runs,
            jumps(),
            handedOver(),
            slow(),
            exhausted(),
            regions,
            planned,
            plannedInstructions,
            reformed,
            dropped,
            revalidated,
            tooLarge);
  }
}

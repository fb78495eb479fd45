package dev.vls.vmm.jit;

import dev.vls.vmm.engine.ArrayAccess;
import dev.vls.vmm.engine.RawAccess;

/**
 * How the translator works. Nothing of it can be seen by the guest (R3).
 *
 * @param threshold how many instructions of a block make it hot, at least 1
 * @param maxWeight bound on a region's code, see {@link Weights}
 * @param leaves how many exits to other code, up to {@link #MAX_LEAVES}, have a region planned
 *     again; four times as many the next time
 * @param slowExits how many loads and stores that were not to plain memory, and left, are looked at
 *     together: if they came close upon each other, they are to call instead
 * @param maxRegions bound on the regions of one machine; when it is reached all are dropped
 * @param where where classes are made
 * @param access how code reaches guest memory
 */
public record JitConfig(
    int threshold,
    int maxWeight,
    int leaves,
    int slowExits,
    int maxRegions,
    Where where,
    ArrayAccess access) {
  /** The largest number of exits. */
  public static final int MAX_LEAVES = 1 << 22;

  private static final int SLOW_EXITS = 256;

  /** What is best where nothing else is known. */
  public static final JitConfig DEFAULT =
      new JitConfig(1_000_000, 2500, 100_000, 4096, Where.BACKGROUND);

  /** Where classes are made. */
  public enum Where {
    /** On a thread of their own, while the interpreter goes on. */
    BACKGROUND,
    /** On the domain's thread, before it goes on: for tests. */
    AT_ONCE
  }

  /** With the fastest access that there is. */
  public JitConfig(int threshold, int maxWeight, int leaves, int maxRegions, Where where) {
    this(threshold, maxWeight, leaves, SLOW_EXITS, maxRegions, where, ArrayAccess.best());
  }

  /** Checks every value. */
  public JitConfig {
    if (threshold < 1
        || maxWeight < 1
        || leaves < 1
        || leaves > MAX_LEAVES
        || slowExits < 1
        || maxRegions < 1) {
      throw new IllegalArgumentException("a bound of the translator is out of range");
    }
    if (access == ArrayAccess.RAW && !RawAccess.available()) {
      throw new IllegalArgumentException("this JVM lets the translator have no raw access");
    }
  }
}

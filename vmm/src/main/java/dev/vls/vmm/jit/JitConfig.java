package dev.vls.vmm.jit;

/**
 * How the translator works. Nothing of it can be seen by the guest (R3).
 *
 * @param threshold how many jumps to an address make it hot, 1 to 32,767
 * @param maxWeight bound on a region's code, see {@link Weights}
 * @param maxRegions bound on the regions of one machine; when it is reached all are dropped
 * @param where where classes are made
 */
public record JitConfig(int threshold, int maxWeight, int maxRegions, Where where) {
  /** What is best where nothing else is known. */
  public static final JitConfig DEFAULT = new JitConfig(16_000, 2500, 4096, Where.BACKGROUND);

  /** Where classes are made. */
  public enum Where {
    /** On a thread of their own, while the interpreter goes on. */
    BACKGROUND,
    /** On the domain's thread, before it goes on: for tests. */
    AT_ONCE
  }

  /** Checks every value. */
  public JitConfig {
    if (threshold < 1 || threshold > Short.MAX_VALUE || maxWeight < 1 || maxRegions < 1) {
      throw new IllegalArgumentException("a bound of the translator is out of range");
    }
  }
}

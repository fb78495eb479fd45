package dev.vls.vmm;

/**
 * How the harts of a machine take turns (DESIGN section 2.3, decision 0011): round robin, in quanta
 * of {@code quantum} steps on average that a seeded generator spreads from half of that to one and
 * a half.
 *
 * <p>Part of what a run depends on; a machine with one hart has no schedule.
 *
 * @param quantum steps, {@link #MIN_QUANTUM} to {@link #MAX_QUANTUM}
 * @param seed chooses one of many schedules
 */
public record HartSchedule(long quantum, long seed) {
  /** Shortest quantum: LR/SC loops of the guest have to fit into it. */
  public static final long MIN_QUANTUM = 100;

  /** Longest quantum. */
  public static final long MAX_QUANTUM = 10_000_000;

  /** What is used if nothing is said. */
  public static final HartSchedule DEFAULT = new HartSchedule(10_000, 1);

  private static final String ALGORITHM = "round-robin-1";

  /** Checks the quantum. */
  public HartSchedule {
    if (quantum < MIN_QUANTUM || quantum > MAX_QUANTUM) {
      throw new IllegalArgumentException(
          "a quantum of %d instructions: expected %,d to %,d"
              .formatted(quantum, MIN_QUANTUM, MAX_QUANTUM));
    }
  }

  /** Returns the length of quantum number {@code index} of a run, in steps. */
  long length(long index) {
    long mixed = seed + (index + 1) * 0x9e37_79b9_7f4a_7c15L; // SplitMix64
    mixed = (mixed ^ (mixed >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d0_49bb_1331_11ebL;
    mixed ^= mixed >>> 31;
    return quantum / 2 + Long.remainderUnsigned(mixed, quantum + 1);
  }

  /** Returns the text that {@link #parse} reads: the algorithm's name, quantum and seed. */
  public String format() {
    return ALGORITHM + ' ' + quantum + ' ' + seed;
  }

  /**
   * Reads what {@link #format} has written.
   *
   * @throws IllegalArgumentException if it is something else, such as another algorithm
   */
  public static HartSchedule parse(String text) {
    String[] parts = text.split(" ", -1);
    try {
      if (parts.length == 3 && parts[0].equals(ALGORITHM)) {
        return new HartSchedule(Long.parseLong(parts[1]), Long.parseLong(parts[2]));
      }
    } catch (NumberFormatException e) {
      // falls through: the text is no schedule
    }
    throw new IllegalArgumentException(
        "a schedule of harts '%s': expected '%s QUANTUM SEED'".formatted(text, ALGORITHM));
  }
}

package dev.vls.log;

/**
 * Names one instruction boundary of a run (DESIGN section 4).
 *
 * @param instret instructions retired by all harts since power-on; never negative
 * @param traps traps and interrupts taken and synchronous entries into the VMM since power-on;
 *     never negative
 */
public record LogPosition(long instret, long traps) implements Comparable<LogPosition> {
  /** Before the first instruction. */
  public static final LogPosition START = new LogPosition(0, 0);

  /** Checks that neither count is negative and that their sum fits. */
  public LogPosition {
    if (instret < 0 || traps < 0 || instret + traps < 0) {
      throw new IllegalArgumentException("position " + instret + "+" + traps + " is out of range");
    }
  }

  /** Returns how many steps precede this position; positions of one run are ordered by it. */
  public long steps() {
    return instret + traps;
  }

  /** Returns whether a run can be at {@code earlier} first and at this position later. */
  public boolean isAfter(LogPosition earlier) {
    return steps() > earlier.steps() && instret >= earlier.instret && traps >= earlier.traps;
  }

  @Override
  public int compareTo(LogPosition other) {
    int order = Long.compare(steps(), other.steps());
    return order != 0 ? order : Long.compare(instret, other.instret);
  }

  /** Returns {@code instret+traps}, as reports print it. */
  @Override
  public String toString() {
    return instret + "+" + traps;
  }
}

package dev.vls.vmm;

/**
 * Names one instruction boundary of a run (DESIGN section 4).
 *
 * <p>{@code instret} alone does not: an instruction that traps does not retire. Every step of a
 * machine either retires one instruction or counts one trap, so positions are unique, and {@link
 * #steps()} orders them and grows by exactly one per step.
 *
 * @param instret instructions retired by all harts since power-on; never negative
 * @param traps traps and interrupts taken and synchronous entries into the VMM since power-on;
 *     never negative
 */
public record Position(long instret, long traps) implements Comparable<Position> {
  /** The position before the first instruction. */
  public static final Position START = new Position(0, 0);

  /** Checks that both counts are non-negative. */
  public Position {
    if (instret < 0 || traps < 0) {
      throw new IllegalArgumentException("position (" + instret + ", " + traps + ") is negative");
    }
  }

  /** Returns how many steps precede this position. */
  public long steps() {
    return instret + traps;
  }

  @Override
  public int compareTo(Position other) {
    int order = Long.compare(steps(), other.steps());
    return order != 0 ? order : Long.compare(instret, other.instret);
  }

  @Override
  public String toString() {
    return instret + "+" + traps;
  }
}

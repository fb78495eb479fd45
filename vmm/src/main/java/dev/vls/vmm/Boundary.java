package dev.vls.vmm;

/**
 * The instruction boundary at which a machine stands (DESIGN section 4).
 *
 * @param position where in the run
 * @param kind how the machine came here
 * @param pc program counter of the hart; a check, not a search key
 * @param hart number of the hart that runs next
 */
public record Boundary(Position position, Kind kind, long pc, int hart) {
  /** How a machine came to a boundary. */
  public enum Kind {
    /** Asynchronously: nothing in the guest's program marks the place. */
    INTR,
    /** A call of the supervisor binary interface has been answered. */
    SBI,
    /** A hypercall has been answered. */
    HYPERCALL,
    /** The guest waits for an interrupt. */
    WFI
  }
}

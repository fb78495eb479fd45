package dev.vls.vmm.engine;

/** Why an engine came back. In every case the hart stands at an instruction boundary. */
public enum Stop {
  /** The budget is used up. */
  BUDGET,
  /**
   * An ECALL from S-mode that the VMM answers (no firmware). One trap is counted, the pc still
   * names the ECALL; the VMM writes the results and moves the pc behind it.
   */
  ECALL,
  /** A WFI has retired and nothing it waits for is pending: {@code hart.waiting()} is set. */
  WAIT,
  /**
   * An instruction has retired that changed what the budget was computed from, a device asked to
   * stop, or a PAUSE has retired.
   */
  YIELD
}

package dev.vls.vmm.engine;

/**
 * What came of an operation that the hot loop has handed out; ints, because the loop switches on
 * them.
 */
final class Outcome {
  /** Retired; the next instruction follows, and nothing else has changed. */
  static final int RETIRED = 0;

  /**
   * Retired; the hart's pc names the next instruction, and mode, translations or interrupts may
   * have changed.
   */
  static final int MOVED = 1;

  /** A trap was counted and not an instruction; the hart's pc names the handler. */
  static final int TRAPPED = 2;

  /** No step: the slot now holds an instruction. */
  static final int DECODED = 3;

  /** No step: the page of the pc was found. */
  static final int ENTERED = 4;

  private Outcome() {}
}

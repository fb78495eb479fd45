package dev.vls.sma;

import dev.vls.vmm.StateSink;

/**
 * What a port says to its back-end: immutable, and a function of inside state alone, so that replay
 * says it again.
 *
 * <p>Messages of one port reach its back-end in the order in which they were emitted.
 */
public interface OutputMessage {
  /** Whether somebody outside can notice it: such a message waits for stability (DESIGN 7.3). */
  Effect effect();

  /** Writes everything that the message says; what the output digest covers. */
  void digest(StateSink sink);

  /**
   * Returns how many bytes the message keeps in the gate and the back-end until {@link
   * Channel#taken}; bounds both.
   */
  default long weight() {
    return 0;
  }

  /** How far a message reaches. */
  enum Effect {
    /**
     * Leaves the system: console bytes, network frames, writes to a disk, acknowledgements to
     * clients.
     */
    EXTERNAL,
    /** Stays between the port and the back-end: reads, room that became free. */
    INTERNAL
  }
}

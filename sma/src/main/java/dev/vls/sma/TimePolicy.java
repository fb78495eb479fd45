package dev.vls.sma;

import dev.vls.vmm.Machine;

/**
 * Decides on the live side when guest time is re-based and how long an idle machine sleeps (DESIGN
 * section 2.2). Domain's thread.
 */
public sealed interface TimePolicy permits WallTime, VirtualTime {
  /** Returns the store to the time page that is due at this boundary, or null. */
  Transfer rebase(Machine machine);

  /**
   * Returns the store to the time page with which an idle machine wakes, or null if none is needed.
   */
  Transfer wake(Machine machine);

  /**
   * Returns how many nanoseconds of host time an idle machine may sleep before its next deadline;
   * {@link Long#MAX_VALUE} without one.
   */
  long sleepNs(Machine machine);

  /**
   * Whether an idle machine with a deadline jumps to it instead of waiting for the host's clock.
   */
  boolean jumps();
}

package dev.vls.sma;

import dev.vls.vmm.Machine;

/**
 * Fixed rate, no clock at all: the run is reproducible from the image and the inputs.
 *
 * <p>An idle machine jumps to its next deadline, but not while a back-end owes it an answer ({@link
 * DevicePort#owed}): to the guest a disk takes no time.
 */
public final class VirtualTime implements TimePolicy {
  /** Creates the policy. */
  public VirtualTime() {}

  @Override
  public Transfer rebase(Machine machine) {
    return null;
  }

  @Override
  public Transfer wake(Machine machine) {
    return null;
  }

  @Override
  public long sleepNs(Machine machine) {
    return machine.idleDeadline().isPresent() ? 0 : Long.MAX_VALUE;
  }

  @Override
  public boolean jumps() {
    return true;
  }
}

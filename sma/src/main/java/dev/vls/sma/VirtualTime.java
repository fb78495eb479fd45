package dev.vls.sma;

import dev.vls.vmm.Machine;

/** Fixed rate, no clock at all: the run is reproducible from the image and the inputs. */
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

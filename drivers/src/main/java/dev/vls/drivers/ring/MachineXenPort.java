package dev.vls.drivers.ring;

import dev.vls.sma.Grant;
import dev.vls.vmm.Machine;
import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.xen.Access;
import dev.vls.vmm.xen.EventChannels;
import dev.vls.vmm.xen.GrantResult;
import dev.vls.vmm.xen.GrantStatus;
import dev.vls.vmm.xen.GrantTable;
import java.util.Optional;

/** The event channels and the grant table of a machine. */
final class MachineXenPort implements XenPort {
  private final GuestMemory memory;
  private final EventChannels events;
  private final GrantTable grants;

  MachineXenPort(Machine machine) {
    memory = machine.memory();
    events = machine.xen().events();
    grants = machine.xen().grants();
  }

  @Override
  public GuestMemory memory() {
    return memory;
  }

  @Override
  public int bind(int guestPort, Runnable notified) {
    return events.bindHost(guestPort, port -> notified.run());
  }

  @Override
  public int resume(int guestPort, Runnable notified) {
    return events.resumeHost(guestPort, port -> notified.run());
  }

  @Override
  public void close(int hostPort) {
    events.closeHost(hostPort);
  }

  @Override
  public void raise(int guestPort) {
    events.raise(guestPort);
  }

  @Override
  public Optional<Grant> pin(int ref, boolean writable) {
    GrantResult result = grants.pin(ref, access(writable));
    return result.ok() ? Optional.of(new Grant(ref, result.frame(), writable)) : Optional.empty();
  }

  @Override
  public void unpin(Grant grant) {
    int status = grants.unpin(grant.ref(), access(grant.writable()));
    if (status != GrantStatus.OKAY) {
      throw new IllegalStateException("grant " + grant.ref() + " was not pinned");
    }
  }

  private static Access access(boolean writable) {
    return writable ? Access.WRITE : Access.READ;
  }
}

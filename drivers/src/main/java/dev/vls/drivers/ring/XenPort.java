package dev.vls.drivers.ring;

import dev.vls.sma.Grant;
import dev.vls.vmm.Machine;
import dev.vls.vmm.memory.GuestMemory;
import java.util.Optional;

/** The Xen side of a machine as the inside halves of split devices use it; domain's thread only. */
public interface XenPort {
  /** Returns the Xen side of {@code machine}. */
  static XenPort of(Machine machine) {
    return new MachineXenPort(machine);
  }

  /** Returns guest memory. */
  GuestMemory memory();

  /**
   * Joins a port that the guest has allocated for the host.
   *
   * @param notified called inside each notification of the guest
   * @return the host's end for {@link #close}, or a negative number if the guest's port does not
   *     wait for the host
   */
  int bind(int guestPort, Runnable notified);

  /**
   * Takes over the host's end of a channel after a restore.
   *
   * @param guestPort the guest's end, which is joined to the host
   * @param notified called inside each notification of the guest
   * @return the host's end, or a negative number if the guest's port is not joined
   */
  int resume(int guestPort, Runnable notified);

  /** Closes the host's end of an event channel. */
  void close(int hostPort);

  /** Activates a port of the guest; one that is not joined to the host is ignored. */
  void raise(int guestPort);

  /**
   * Resolves a grant and keeps it in use until {@link #unpin}.
   *
   * @param ref reference as the guest passed it, any value
   * @param writable whether the page is to be stored to
   * @return nothing if the grant does not permit it
   */
  Optional<Grant> pin(int ref, boolean writable);

  /** Takes one {@link #pin} back. */
  void unpin(Grant grant);
}

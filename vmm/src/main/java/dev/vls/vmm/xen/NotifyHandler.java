package dev.vls.vmm.xen;

/** The host's end of an event channel: told when the guest notifies. */
@FunctionalInterface
public interface NotifyHandler {
  /**
   * Called inside the guest's {@code EVTCHNOP_send}, on the domain's thread; must be a function of
   * inside state alone.
   *
   * @param guestPort the guest's end of the channel
   */
  void notified(int guestPort);
}

package dev.vls.sma;

import dev.vls.vmm.Machine;

/**
 * What a port may use: the machine it is part of, and the gate its words leave by. Domain's thread
 * only.
 */
public interface PortContext {
  /** Returns the machine. */
  Machine machine();

  /** Sends a message to the back-end. */
  void emit(OutputMessage message);

  /**
   * Allows the back-end's programs to store to a machine frame that is not granted by reference: a
   * device page, or a ring page that the port has mapped.
   */
  void open(int frame);

  /** Takes back {@link #open}. */
  void shut(int frame);

  /**
   * Returns counters for a ring that the port is about to serve, for {@link Domain#rings}.
   *
   * @param frontEnd the protocol that the guest speaks: {@code xen}, {@code virtio}
   */
  RingCounters ring(String frontEnd);

  /**
   * Sets the event-channel port that the channel's flushes activate, and that the guest polls for
   * what is held; 0 for none.
   */
  void port(int eventChannelPort);

  /**
   * Sets the event-channel port that the guest polls for what is held, where the port itself
   * decides when to activate it; 0 for none.
   */
  void polledBy(int eventChannelPort);
}

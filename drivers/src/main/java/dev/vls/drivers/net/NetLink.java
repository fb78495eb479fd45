package dev.vls.drivers.net;

import dev.vls.sma.HostException;

/** What a network card's back-end is plugged into: a wire that takes and brings whole frames. */
public interface NetLink extends AutoCloseable {
  /** Takes frames that come in; must not block for long. The link's thread. */
  @FunctionalInterface
  interface Receiver {
    /**
     * A frame has come.
     *
     * @param frame from the destination address on; belongs to the receiver
     */
    void frame(byte[] frame);
  }

  /** Begins to bring frames; called once, before the first {@link #send}. */
  void open(Receiver receiver);

  /**
   * Sends a frame, or drops it if the wire cannot take it. One thread.
   *
   * @throws HostException if the wire is gone for good
   * @throws InterruptedException if interrupted while the wire takes it
   */
  void send(byte[] frame) throws HostException, InterruptedException;

  /** Takes the plug out; no frame comes in after that. */
  @Override
  void close();
}

package dev.vls.sma;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What has gone over one ring of a device. Counted inside, seen from outside only: no state of the
 * machine. Written by the domain's thread, read by any.
 */
public final class RingCounters {
  private final String device;
  private final String frontEnd;
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong responses = new AtomicLong();

  /**
   * Creates counters at 0.
   *
   * @param device the device's name, as it was plugged in
   * @param frontEnd the protocol that the guest speaks to it: {@code xen}, {@code virtio}
   */
  public RingCounters(String device, String frontEnd) {
    this.device = device;
    this.frontEnd = frontEnd;
  }

  /** Returns the device's name. */
  public String device() {
    return device;
  }

  /** Returns the protocol of the guest's side. */
  public String frontEnd() {
    return frontEnd;
  }

  /** Returns how many requests were taken off the ring. */
  public long requests() {
    return requests.get();
  }

  /** Returns how many responses were put on it. */
  public long responses() {
    return responses.get();
  }

  /** Counts a request. Domain's thread. */
  public void request() {
    requests.setRelease(requests.getPlain() + 1);
  }

  /** Counts a response. Domain's thread. */
  public void response() {
    responses.setRelease(responses.getPlain() + 1);
  }
}

package dev.vls.drivers.net;

import java.util.concurrent.atomic.LongAdder;

/** What a network card's back-end has done. Any thread. */
public final class NetCounters {
  private final LongAdder sent = new LongAdder();
  private final LongAdder received = new LongAdder();
  private final LongAdder sendDropped = new LongAdder();
  private final LongAdder receiveDropped = new LongAdder();

  NetCounters() {}

  void countSent() {
    sent.increment();
  }

  void countReceived() {
    received.increment();
  }

  void countSendDropped() {
    sendDropped.increment();
  }

  void countReceiveDropped() {
    receiveDropped.increment();
  }

  /** Returns how many frames of the guest went to the link. */
  public long sent() {
    return sent.sum();
  }

  /** Returns how many frames were given to the guest. */
  public long received() {
    return received.sum();
  }

  /** Returns how many frames of the guest were dropped because the link was too slow or gone. */
  public long sendDropped() {
    return sendDropped.sum();
  }

  /** Returns how many frames were dropped because the guest had no room for them, or too little. */
  public long receiveDropped() {
    return receiveDropped.sum();
  }
}

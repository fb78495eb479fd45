package dev.vls.log.wire;

import java.util.concurrent.atomic.LongAdder;

/** What one end of a stream has done since it was created; any thread may read while it runs. */
public final class WireCounters {
  private final LongAdder events = new LongAdder();
  private final LongAdder eventBytes = new LongAdder();
  private final LongAdder messagesOut = new LongAdder();
  private final LongAdder messagesIn = new LongAdder();
  private final LongAdder heartbeatsOut = new LongAdder();
  private final LongAdder acks = new LongAdder();
  private final LongAdder progressMarks = new LongAdder();
  private final LongAdder pauses = new LongAdder();
  private final LongAdder pausedNs = new LongAdder();

  WireCounters() {}

  /** Returns how many events were sent or received. */
  public long events() {
    return events.sum();
  }

  /** Returns the bytes of their frames. */
  public long eventBytes() {
    return eventBytes.sum();
  }

  /** Returns how many messages were sent, heartbeats included. */
  public long messagesOut() {
    return messagesOut.sum();
  }

  /** Returns how many messages were received, heartbeats included. */
  public long messagesIn() {
    return messagesIn.sum();
  }

  /** Returns how many heartbeats were sent. */
  public long heartbeatsOut() {
    return heartbeatsOut.sum();
  }

  /** Returns how many acknowledgements were sent or received. */
  public long acks() {
    return acks.sum();
  }

  /** Returns how many progress marks were sent or received. */
  public long progressMarks() {
    return progressMarks.sum();
  }

  /** Returns how often the leader's domain waited for credit. */
  public long pauses() {
    return pauses.sum();
  }

  /** Returns how long it waited in all, in nanoseconds. */
  public long pausedNs() {
    return pausedNs.sum();
  }

  void event(long bytes) {
    events.increment();
    eventBytes.add(bytes);
  }

  void sent() {
    messagesOut.increment();
  }

  void received() {
    messagesIn.increment();
  }

  void heartbeat() {
    heartbeatsOut.increment();
  }

  void ack() {
    acks.increment();
  }

  void progress() {
    progressMarks.increment();
  }

  void pause(long ns) {
    pauses.increment();
    pausedNs.add(ns);
  }
}

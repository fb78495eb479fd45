package dev.vls.sma;

import java.util.concurrent.atomic.AtomicLong;

/** What a domain has done; written by its thread, read by any. */
public final class DomainCounters {
  private final AtomicLong steps = new AtomicLong();
  private final AtomicLong events = new AtomicLong();
  private final AtomicLong transfers = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong activations = new AtomicLong();
  private final AtomicLong rebases = new AtomicLong();

  DomainCounters() {}

  /** Returns instructions retired and traps taken. */
  public long steps() {
    return steps.get();
  }

  /** Returns committed events. */
  public long events() {
    return events.get();
  }

  /** Returns committed programs, time re-bases not counted. */
  public long transfers() {
    return transfers.get();
  }

  /** Returns bytes stored by programs. */
  public long bytes() {
    return bytes.get();
  }

  /** Returns activations of event-channel ports. */
  public long activations() {
    return activations.get();
  }

  /** Returns re-bases of time. */
  public long rebases() {
    return rebases.get();
  }

  void steps(long now) {
    steps.setPlain(now);
  }

  void committed(Answer.Delivery event) {
    events.incrementAndGet();
    activations.addAndGet(event.ports().size());
    for (Transfer transfer : event.transfers()) {
      if (transfer.channel() == Transfer.TIME) {
        rebases.incrementAndGet();
      } else {
        transfers.incrementAndGet();
        transfer.updates().forEach(update -> bytes.addAndGet(update.bytes().length));
      }
    }
  }
}

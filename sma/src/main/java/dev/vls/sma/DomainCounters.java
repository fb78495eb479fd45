package dev.vls.sma;

import dev.vls.vmm.FrameUpdate;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntPredicate;

/**
 * What a domain has done; written by its thread, read by any. Commits are counted by the way in
 * which they change shared state (DESIGN section 3): {@link #transfers}, {@link #activations} and
 * {@link #exclusions}, with {@link #rebases} apart.
 */
public final class DomainCounters {
  private final AtomicLong steps = new AtomicLong();
  private final AtomicLong events = new AtomicLong();
  private final AtomicLong transfers = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong activations = new AtomicLong();
  private final AtomicLong rebases = new AtomicLong();
  private final AtomicLong exclusions = new AtomicLong();

  DomainCounters() {}

  /** Returns instructions retired and traps taken. */
  public long steps() {
    return steps.get();
  }

  /** Returns committed events. */
  public long events() {
    return events.get();
  }

  /** Returns committed programs: deferred updates other than re-bases of time. */
  public long transfers() {
    return transfers.get();
  }

  /** Returns bytes stored by programs. */
  public long bytes() {
    return bytes.get();
  }

  /** Returns activations of event-channel ports: deferred processing. */
  public long activations() {
    return activations.get();
  }

  /** Returns re-bases of time. */
  public long rebases() {
    return rebases.get();
  }

  /** Returns changes of grant entries by mutual exclusion. */
  public long exclusions() {
    return exclusions.get();
  }

  void steps(long now) {
    steps.setPlain(now);
  }

  /** Counts an event; {@code statusFrame} names the frames that only mutual exclusion changes. */
  void committed(Answer.Delivery event, IntPredicate statusFrame) {
    events.incrementAndGet();
    activations.addAndGet(event.ports().size());
    for (Transfer transfer : event.transfers()) {
      if (transfer.channel() == Transfer.TIME) {
        rebases.incrementAndGet();
      } else if (excludes(transfer, statusFrame)) {
        exclusions.incrementAndGet();
      } else {
        transfers.incrementAndGet();
        for (FrameUpdate update : transfer.updates()) {
          bytes.addAndGet(update.bytes().length);
        }
      }
    }
  }

  private static boolean excludes(Transfer transfer, IntPredicate statusFrame) {
    for (FrameUpdate update : transfer.updates()) {
      if (statusFrame.test(update.frame())) {
        return true;
      }
    }
    return false;
  }
}

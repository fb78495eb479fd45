package dev.vls.sma;

import dev.vls.vmm.StrongHash;
import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;

/**
 * The one way out (R5, DESIGN 7.3): digests everything that ports say, and keeps what the world
 * could notice until every event before it is stable.
 *
 * <p>A message that is emitted after event n can only be produced again by a machine that comes as
 * far as the emission; so it leaves when event n+1, which lies behind it, is stable. Messages of
 * one port leave in order; nothing else waits.
 *
 * <p>The domain's thread emits; the thread that learns of stability releases; back-ends report what
 * they have taken.
 */
public final class OutputGate {
  private final Release release;
  private final long weightLimit;
  private final StrongHash digest = new StrongHash();
  private final ArrayDeque<Held> held = new ArrayDeque<>();
  private long messages;
  private long events;
  private boolean markNeeded;
  private boolean committing;
  private long stable;
  private long weight;

  /** When external messages may leave. */
  public enum Release {
    /** At once: nobody would take over. */
    IMMEDIATE,
    /** When the event behind them is stable. */
    STABLE
  }

  private record Held(long needs, PortBinding binding, OutputMessage message) {}

  /**
   * Creates a gate.
   *
   * @param weightLimit bytes of messages that may wait in the gate and in back-ends before the
   *     domain pauses
   */
  public OutputGate(Release release, long weightLimit) {
    this.release = release;
    this.weightLimit = weightLimit;
  }

  /**
   * Tells that all events up to number {@code sequence} (1 is the first) are stable; releases what
   * waited for that. Any thread.
   */
  public synchronized void stable(long sequence) {
    stable = Math.max(stable, sequence);
    while (!held.isEmpty() && held.peek().needs() <= stable) {
      Held next = held.poll();
      next.binding().waiting(-1);
      next.binding().deliver(next.message());
    }
    notifyAll();
  }

  /** From here on nothing waits: there is no follower any more that could take over. Any thread. */
  public void standAlone() {
    stable(Long.MAX_VALUE);
  }

  /** Returns how many messages were emitted so far. Domain's thread. */
  public long messages() {
    return messages;
  }

  /** Returns the SHA-256 of everything emitted so far. Domain's thread. */
  public byte[] digest() {
    return digest.value();
  }

  /** Returns how many messages wait for stability. Any thread. */
  public synchronized int heldMessages() {
    return held.size();
  }

  /**
   * Whether output waits for an event that does not exist yet: the live source makes an empty one.
   * Domain's thread.
   */
  boolean markNeeded() {
    return markNeeded;
  }

  /**
   * Counts an event that is about to be committed: what its commit makes ports say needs this event
   * and no later one. Domain's thread.
   */
  void beginCommit() {
    events++;
    markNeeded = false;
    committing = true;
  }

  /** Ends {@link #beginCommit}. */
  void endCommit() {
    committing = false;
  }

  /** Returns the number of events committed so far. Domain's thread. */
  public long events() {
    return events;
  }

  void emit(PortBinding binding, OutputMessage message) {
    messages++;
    digest.word(binding.number());
    message.digest(digest);
    boolean waits = release == Release.STABLE && message.effect() == OutputMessage.Effect.EXTERNAL;
    synchronized (this) {
      if (!binding.attached()) {
        return;
      }
      weigh(binding, message.weight());
      long needs = committing ? events : events + 1;
      if ((waits && stable < needs) || binding.hasWaiting()) {
        held.add(new Held(needs, binding, message));
        binding.waiting(1);
        markNeeded |= !committing;
        return;
      }
      binding.deliver(message);
    }
  }

  /** Gives a message that was emitted before to a back-end that has just been attached. */
  synchronized void again(PortBinding binding, OutputMessage message) {
    weigh(binding, message.weight());
    binding.deliver(message);
  }

  /**
   * Drops what a binding that is being detached still holds here, and what its back-end will never
   * report as taken.
   */
  synchronized void drop(PortBinding binding) {
    held.removeIf(entry -> entry.binding() == binding);
    binding.clearWaiting();
    weigh(binding, -binding.weight());
    notifyAll();
  }

  /** A back-end has dealt with messages; one that is not attached any more has nothing to say. */
  synchronized void taken(PortBinding binding, int attachment, long bytes) {
    if (binding.current(attachment)) {
      weigh(binding, -Math.min(bytes, binding.weight()));
      notifyAll();
    }
  }

  private void weigh(PortBinding binding, long change) {
    weight += change;
    binding.weigh(change);
  }

  /** Returns the bytes that wait here and in back-ends. Any thread. */
  synchronized long weight() {
    return weight;
  }

  /**
   * Blocks while back-ends and the wire are too far behind, or until {@code stop}; the pause is
   * invisible to the guest. Domain's thread.
   */
  synchronized void awaitRoom(BooleanSupplier stop) throws InterruptedException {
    while (weight > weightLimit && !stop.getAsBoolean()) {
      wait();
    }
  }

  synchronized void wake() {
    notifyAll();
  }
}

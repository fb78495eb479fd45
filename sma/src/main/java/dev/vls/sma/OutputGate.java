package dev.vls.sma;

import dev.vls.vmm.StrongHash;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The one way out (R5, DESIGN 7.3): digests everything that ports say, and keeps what the world
 * could notice until every event before it is stable.
 *
 * <p>A message that is emitted after event n can only be produced again by a machine that comes as
 * far as the emission; so it leaves when event n+1, which lies behind it, is stable. Messages of
 * one port leave in order; nothing else waits. The end of a run counts as the event behind its last
 * output: whoever has made it stable says so by {@link #stable} or {@link #standAlone}.
 *
 * <p>The domain's thread emits; the thread that learns of stability releases; back-ends report what
 * they have taken.
 */
public final class OutputGate {
  private final Release release;
  private final Backlog backlog;
  private final StrongHash digest = new StrongHash();
  private final ArrayDeque<Held> held = new ArrayDeque<>();
  private long messages;
  private long events;
  private boolean markNeeded;
  private boolean committing;
  private long stable;

  /** When external messages may leave. */
  public enum Release {
    /** At once: nobody would take over. */
    IMMEDIATE,
    /** When the event behind them is stable. */
    STABLE
  }

  private record Held(long needs, Attachment receiver, OutputMessage message) {}

  /**
   * Creates a gate.
   *
   * @param weightLimit bytes of messages that may wait in the gate and in back-ends before the
   *     domain pauses
   */
  public OutputGate(Release release, long weightLimit) {
    this.release = release;
    this.backlog = new Backlog(weightLimit);
  }

  /**
   * Tells that all events up to number {@code sequence} (1 is the first) are stable; releases what
   * waited for that. Any thread.
   */
  public synchronized void stable(long sequence) {
    stable = Math.max(stable, sequence);
    while (!held.isEmpty() && held.peek().needs() <= stable) {
      Held next = held.poll();
      next.receiver().waiting--;
      deliver(next.receiver(), next.message());
    }
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

  /** Asks for an event at the next boundary though no output waits for one. Domain's thread. */
  void needMark() {
    markNeeded = true;
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

  /** Takes what a port says. Domain's thread. */
  void emit(PortBinding binding, OutputMessage message) {
    messages++;
    digest.word(binding.number());
    message.digest(digest);
    Optional<Attachment> receiver = binding.attached();
    if (receiver.isPresent()) {
      send(receiver.get(), message);
    }
  }

  /**
   * Sends a message to one back-end on the same terms as {@link #emit}, without counting it: what a
   * port says again to a back-end that has just come. Domain's thread.
   */
  synchronized void send(Attachment receiver, OutputMessage message) {
    backlog.add(receiver, message.weight());
    boolean external = message.effect() == OutputMessage.Effect.EXTERNAL;
    long needs = committing ? events : events + 1;
    boolean early = release == Release.STABLE && external && stable < needs;
    if (early || receiver.waiting > 0) {
      held.add(new Held(needs, receiver, message));
      receiver.waiting++;
      markNeeded |= !committing;
    } else {
      deliver(receiver, message);
    }
  }

  /** Ends a stay: drops what waits for it here and gives its weight back. */
  synchronized void drop(Attachment receiver) {
    receiver.close();
    held.removeIf(entry -> entry.receiver() == receiver);
    receiver.waiting = 0;
    backlog.release(receiver);
  }

  void taken(Attachment receiver, long bytes) {
    backlog.taken(receiver, bytes);
  }

  /**
   * Blocks while back-ends and the wire are too far behind, unless there is {@code otherWork}; the
   * pause is invisible to the guest. Domain's thread.
   *
   * <p>A mark that held output waits for has to be made first: without it nothing would ever leave.
   *
   * @return whether there is room
   */
  boolean awaitRoom(BooleanSupplier otherWork) throws InterruptedException {
    return backlog.hasRoom() || backlog.await(() -> markNeeded || otherWork.getAsBoolean());
  }

  /** Makes {@link #awaitRoom} look for other work. Any thread. */
  void wake() {
    backlog.wake();
  }

  /** Returns the bytes that wait here and in back-ends. Any thread. */
  public long weight() {
    return backlog.weight();
  }

  private void deliver(Attachment receiver, OutputMessage message) {
    receiver.deliver(message);
    if (!receiver.open()) {
      backlog.release(receiver);
    }
  }
}

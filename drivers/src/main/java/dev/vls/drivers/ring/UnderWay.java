package dev.vls.drivers.ring;

import dev.vls.sma.OutputMessage;
import dev.vls.sma.PortContext;
import dev.vls.vmm.StateExchange;
import dev.vls.vmm.memory.GuestMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * The requests of one port that a back-end has, and the completion page by which it says that they
 * are done (decision 0008). Inside state, so whoever takes over can be told of them. Domain's
 * thread.
 *
 * @param <M> what the back-end is told
 * @param <H> what the port keeps of a request until it is done
 */
public final class UnderWay<M extends OutputMessage, H> implements StateExchange.Restorable {
  /** Most requests under way at a time. */
  public static final int MOST = CompletionLayout.SLOTS;

  private static final Comparator<Entry<?, ?>> OLDEST_FIRST = Comparator.comparingLong(Entry::seq);

  private final PortContext context;
  private final GuestMemory memory;
  private final int frame;
  private final Listener<M, H> listener;
  private final List<Entry<M, H>> entries =
      new ArrayList<>(Collections.nCopies(CompletionLayout.SLOTS, null));
  private final List<Entry<M, H>> done = new ArrayList<>(); // empty between commits
  private long lastSeq;
  private long weight;

  private record Entry<M, H>(Ticket ticket, M message, H kept) {
    long seq() {
      return ticket.seq();
    }
  }

  /**
   * Told what becomes of requests.
   *
   * @param <M> what the back-end was told
   * @param <H> what the port kept
   */
  public interface Listener<M, H> {
    /**
     * A request is done and not under way any more.
     *
     * @param result what the back-end reports, {@link Ticket#RESULT_BYTES} bytes, little-endian
     */
    void done(M message, H kept, ByteBuffer result);

    /** The commit that completed one or more requests has been dealt with. */
    void settled();

    /**
     * Passes a message as state.
     *
     * @param message null if it is to come back
     */
    M message(StateExchange exchange, Ticket ticket, M message);

    /**
     * Passes what is kept of a request as state.
     *
     * @param kept null if it is to come back
     */
    H kept(StateExchange exchange, H kept);
  }

  /** Allocates the completion page. */
  public UnderWay(PortContext context, GuestMemory memory, Listener<M, H> listener) {
    this.context = context;
    this.memory = memory;
    this.listener = listener;
    frame = memory.allocateFrame();
    memory.listen(frame, this::committed);
  }

  /** Returns whether there is no room for another request. */
  public boolean isFull() {
    return freeSlot() < 0;
  }

  /** Returns whether the back-end has nothing to do. */
  public boolean isEmpty() {
    return entries.stream().allMatch(Objects::isNull);
  }

  /** Returns of how many requests {@code which} keeps something. */
  public int count(Predicate<H> which) {
    int count = 0;
    for (Entry<M, H> entry : entries) {
      if (entry != null && which.test(entry.kept())) {
        count++;
      }
    }
    return count;
  }

  /** Returns the sum of the weights of what is under way. */
  public long weight() {
    return weight;
  }

  /**
   * Returns a ticket for the next request; it counts once it is {@link #pass}ed on.
   *
   * @throws IllegalStateException if there is no room
   */
  public Ticket ticket() {
    int slot = freeSlot();
    if (slot < 0) {
      throw new IllegalStateException("no room for another request");
    }
    return new Ticket(frame, slot, ++lastSeq);
  }

  private int freeSlot() {
    return entries.indexOf(null);
  }

  /**
   * Hands a request to the back-end, and lends it the request's slot, and what else there is under
   * the ticket's number, until the request is done or forgotten: a slot is used again, and a
   * completion that comes too late must not hide the next one.
   */
  public void pass(Ticket ticket, M message, H kept) {
    entries.set(ticket.slot(), new Entry<>(ticket, message, kept));
    weight += message.weight();
    context.lend(ticket.seq());
    context.emit(message);
  }

  /**
   * Forgets the requests of which {@code which} keeps something: they will never be done, whatever
   * the back-end reports.
   *
   * @return whether there were any
   */
  public boolean forget(Predicate<H> which) {
    boolean any = false;
    for (int slot = 0; slot < entries.size(); slot++) {
      Entry<M, H> entry = entries.get(slot);
      if (entry != null && which.test(entry.kept())) {
        remove(slot, entry);
        any = true;
      }
    }
    return any;
  }

  private void remove(int slot, Entry<M, H> entry) {
    entries.set(slot, null);
    weight -= entry.message().weight();
    context.takeBack(entry.ticket().seq());
  }

  /**
   * A commit has changed the completion page. What it completes is done oldest first, not as slots
   * are: those are used again, and frames that one program brings must not overtake each other.
   */
  private void committed() {
    for (Entry<M, H> entry : entries) {
      if (entry != null
          && memory.i64(frame, offset(entry) + CompletionLayout.SEQ_OFFSET) == entry.seq()) {
        done.add(entry);
      }
    }
    if (done.isEmpty()) {
      return;
    }
    done.sort(OLDEST_FIRST);
    for (Entry<M, H> entry : done) {
      remove(entry.ticket().slot(), entry);
      listener.done(entry.message(), entry.kept(), result(offset(entry)));
    }
    done.clear();
    listener.settled();
  }

  private static int offset(Entry<?, ?> entry) {
    return entry.ticket().slot() * CompletionLayout.SLOT_BYTES;
  }

  private ByteBuffer result(int offset) {
    byte[] result = new byte[CompletionLayout.RESULT_BYTES];
    memory.read(frame, offset + CompletionLayout.RESULT_OFFSET, result, 0, result.length);
    return ByteBuffer.wrap(result).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Passes everything that is under way on once more, oldest first. */
  public void reissue() {
    entries.stream()
        .filter(Objects::nonNull)
        .sorted(OLDEST_FIRST)
        .forEach(entry -> context.emit(entry.message()));
  }

  @Override
  public void exchange(StateExchange exchange) {
    lastSeq = exchange.word(lastSeq);
    for (int slot = 0; slot < entries.size(); slot++) {
      Entry<M, H> entry = entries.get(slot);
      boolean taken = exchange.flag(entry != null);
      if (exchange.restores() && entry != null) {
        remove(slot, entry);
      }
      if (taken) {
        exchange(exchange, slot, entries.get(slot));
      }
    }
  }

  private void exchange(StateExchange exchange, int slot, Entry<M, H> entry) {
    long seq = exchange.word(entry == null ? 0 : entry.ticket().seq());
    Ticket ticket = new Ticket(frame, slot, seq);
    M message = listener.message(exchange, ticket, entry == null ? null : entry.message());
    H kept = listener.kept(exchange, entry == null ? null : entry.kept());
    if (exchange.restores()) {
      entries.set(slot, new Entry<>(ticket, message, kept));
      weight += message.weight();
      context.lend(seq);
    }
  }
}

package dev.vls.drivers.virtio;

import dev.vls.drivers.ring.Stretch;
import dev.vls.vmm.StateException;
import dev.vls.vmm.StateExchange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One request: what the guest has put into a queue for the device to read, and the room it gives
 * for the answer. The buffers are where the guest says, in pieces of its choice; a device sees two
 * plain sequences of bytes (virtio 1.2, section 2.7.4). Domain's thread.
 */
public final class Chain {
  /** Most bytes in one direction; a chain of more breaks the queue. */
  public static final long MAX_BYTES = 8L << 20;

  private static final int MAX_HEAD = 0xffff;

  private final GuestRam ram;
  private final int queue;
  private final int head;
  private final List<Piece> readable = new ArrayList<>();
  private final List<Piece> writable = new ArrayList<>();
  private long readableBytes;
  private long writableBytes;

  private record Piece(long address, int length) {}

  Chain(GuestRam ram, int queue, int head) {
    this.ram = ram;
    this.queue = queue;
    this.head = head;
  }

  /** Adds a buffer; returns whether a chain may have it. */
  boolean add(long address, long length, boolean toWrite) {
    if (length == 0 || (!toWrite && !writable.isEmpty()) || length > MAX_BYTES) {
      return false;
    }
    if (!ram.covers(address, length)) {
      return false;
    }
    (toWrite ? writable : readable).add(new Piece(address, (int) length));
    if (toWrite) {
      writableBytes += length;
    } else {
      readableBytes += length;
    }
    return readableBytes <= MAX_BYTES && writableBytes <= MAX_BYTES;
  }

  /** Returns the number of the queue. */
  public int queue() {
    return queue;
  }

  /** Returns the guest's name of the request: the number of its first descriptor. */
  public int head() {
    return head;
  }

  /** Returns how many bytes there are to read. */
  public int readableBytes() {
    return (int) readableBytes;
  }

  /** Returns how many bytes there is room for. */
  public int writableBytes() {
    return (int) writableBytes;
  }

  /**
   * Copies bytes of the request out.
   *
   * @param from first byte
   * @return nothing if the request is shorter than that, or its memory is gone
   */
  public Optional<byte[]> read(int from, int length) {
    byte[] bytes = new byte[length];
    int done = 0;
    int skip = from;
    for (Piece piece : readable) {
      int part = Math.min(piece.length() - Math.min(skip, piece.length()), length - done);
      if (part > 0 && !ram.read(piece.address() + skip, bytes, done, part)) {
        return Optional.empty();
      }
      skip = Math.max(0, skip - piece.length());
      done += part;
    }
    return done == length ? Optional.of(bytes) : Optional.empty();
  }

  /**
   * Stores bytes of the answer now: for ports, inside.
   *
   * @param from first byte of the room
   * @return how many bytes fitted
   */
  public int write(int from, byte[] bytes) {
    int done = 0;
    int skip = from;
    for (Piece piece : writable) {
      int part = Math.min(piece.length() - Math.min(skip, piece.length()), bytes.length - done);
      if (part > 0 && !ram.write(piece.address() + skip, bytes, done, part)) {
        return done;
      }
      skip = Math.max(0, skip - piece.length());
      done += part;
    }
    return done;
  }

  /**
   * Returns a part of the room as pages that a back-end may store to.
   *
   * @param loan the number under which the port lends them
   * @return nothing if there is less room, or its memory is gone
   */
  public Optional<List<Stretch>> room(long loan, int from, int length) {
    List<Stretch> stretches = new ArrayList<>();
    int left = length;
    int skip = from;
    for (Piece piece : writable) {
      int part = Math.min(piece.length() - Math.min(skip, piece.length()), left);
      if (part > 0 && !ram.lend(loan, piece.address() + skip, part, stretches)) {
        return Optional.empty();
      }
      skip = Math.max(0, skip - piece.length());
      left -= part;
    }
    return left == 0 ? Optional.of(stretches) : Optional.empty();
  }

  /**
   * Passes a chain as state.
   *
   * @param queues how many queues the device has
   * @param chain null if it is to come back
   */
  static Chain exchange(StateExchange exchange, GuestRam ram, int queues, Chain chain) {
    Chain passed = chain;
    int queue = exchange.number(chain == null ? 0 : chain.queue, 0, queues - 1);
    int head = exchange.number(chain == null ? 0 : chain.head, 0, MAX_HEAD);
    if (passed == null) {
      passed = new Chain(ram, queue, head);
    }
    passed.exchange(exchange, passed.readable, false);
    passed.exchange(exchange, passed.writable, true);
    return passed;
  }

  private void exchange(StateExchange exchange, List<Piece> pieces, boolean toWrite) {
    List<Piece> passed =
        exchange.list(
            List.copyOf(pieces),
            MAX_HEAD,
            piece ->
                new Piece(
                    exchange.word(piece == null ? 0 : piece.address()),
                    exchange.number(piece == null ? 1 : piece.length(), 1, (int) MAX_BYTES)));
    if (exchange.restores()) {
      for (Piece piece : passed) {
        if (!add(piece.address(), piece.length(), toWrite)) {
          throw new StateException("the saved state has a request that cannot be");
        }
      }
    }
  }
}

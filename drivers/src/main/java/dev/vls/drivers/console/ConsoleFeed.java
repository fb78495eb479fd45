package dev.vls.drivers.console;

import dev.vls.sma.Channel;
import dev.vls.sma.Program;
import dev.vls.vmm.board.ConsoleInputLayout;
import java.util.Arrays;

/**
 * The outside end of the console's input: a thread that turns bytes into programs which store them
 * to the device page, as room allows.
 *
 * <p>Bytes are kept until the port says that they are committed; after a detachment those that were
 * under way go out again on the next attachment, and none twice.
 */
final class ConsoleFeed implements AutoCloseable {
  private static final int PART_BYTES = 1024;

  private final int bound;
  private final Thread thread;
  // Guarded by this.
  private final StreamBuffer pending =
      new StreamBuffer(0); // from the first byte that is not committed
  private Channel channel;
  private boolean fresh; // attached, and not told yet where the stream stands
  private boolean positioned; // told at least once
  private int frame;
  private long sent;
  private long consumed;

  /**
   * Starts the thread.
   *
   * @param bound bytes that wait before {@link #write} blocks
   */
  ConsoleFeed(String name, int bound) {
    this.bound = bound;
    thread = Thread.ofPlatform().name(name).daemon().start(this::run);
  }

  /** Takes the channel of a new attachment. Domain's thread. */
  synchronized void attach(Channel next) {
    channel = next;
    fresh = true;
  }

  /** Takes the port's word on where the stream stands. Never blocks. */
  synchronized void room(ConsoleMessage.InputRoom room) {
    frame = room.frame();
    consumed = room.consumed();
    committed(room.produced());
    sent = fresh ? room.produced() : Math.max(sent, room.produced());
    fresh = false;
    positioned = true;
    notifyAll();
  }

  /** Drops what is committed; where somebody else has fed the console, follows. */
  private void committed(long produced) {
    if (produced < pending.base() || produced > pending.end()) {
      pending.restart(produced);
    } else {
      pending.trim(produced);
    }
  }

  /**
   * Adds bytes to what waits.
   *
   * @throws InterruptedException if interrupted while too much waits, or before the port has said
   *     where the stream stands
   */
  synchronized void write(byte[] bytes, int offset, int length) throws InterruptedException {
    while (!positioned || pending.size() >= bound) {
      wait();
    }
    append(bytes, offset, length);
  }

  /** Adds bytes whatever waits: the caller bounds that. */
  synchronized void append(byte[] bytes, int offset, int length) {
    pending.append(bytes, offset, length);
    notifyAll();
  }

  /** Returns whether the port has said where the stream stands. */
  synchronized boolean positioned() {
    return positioned;
  }

  /** Returns the offset behind the last byte that was committed or waits. */
  synchronized long end() {
    return pending.end();
  }

  private void run() {
    try {
      while (true) {
        Part part = next();
        part.channel().push(program(part));
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private record Part(Channel channel, int frame, long at, byte[] bytes) {}

  private synchronized Part next() throws InterruptedException {
    while (channel == null || fresh || sent == pending.end() || room() <= 0) {
      wait();
    }
    Part part = new Part(channel, frame, sent, pending.copy(sent, Math.min(room(), PART_BYTES)));
    sent += part.bytes().length;
    return part;
  }

  private int room() {
    return (int) (ConsoleInputLayout.RING_BYTES - (sent - consumed));
  }

  private static Program program(Part part) {
    byte[] bytes = part.bytes();
    int offset = ConsoleInputLayout.ringOffset((int) part.at());
    int end = ConsoleInputLayout.RING_OFFSET + ConsoleInputLayout.RING_BYTES;
    int first = Math.min(bytes.length, end - offset);
    Program program = new Program().target(part.frame());
    program.store(offset, Arrays.copyOf(bytes, first));
    if (first < bytes.length) {
      program.store(ConsoleInputLayout.RING_OFFSET, Arrays.copyOfRange(bytes, first, bytes.length));
    }
    return program.write(
        ConsoleInputLayout.PRODUCED_OFFSET, Integer.BYTES, part.at() + bytes.length);
  }

  /** Ends the thread; what waits is dropped. */
  @Override
  public void close() {
    thread.interrupt();
  }
}

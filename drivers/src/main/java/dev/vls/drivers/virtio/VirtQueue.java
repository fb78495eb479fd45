package dev.vls.drivers.virtio;

import static dev.vls.drivers.virtio.SplitQueueLayout.*;

import dev.vls.vmm.StateExchange;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * The device's side of a split virtqueue (virtio 1.2, section 2.7), the one class that reads and
 * writes rings.
 *
 * <p>The own indices are kept privately. Whatever the guest publishes is checked at each use: an
 * index further ahead than the ring is long, a descriptor that does not exist, a chain that runs in
 * a circle or is longer than the queue, an indirect table inside another or of a senseless length,
 * a buffer of no bytes or outside RAM, something to read behind something to write. After any of
 * these the queue is broken until the driver resets the device. Buffers that overlap each other or
 * the rings are the guest's own business. Domain's thread.
 */
final class VirtQueue implements StateExchange.Restorable {
  /** Most entries of a queue. */
  static final int MAX_ENTRIES = 256;

  private static final int INDEX_MASK = 0xffff;

  private final GuestRam ram;
  private final int number;
  private final byte[] descriptor = new byte[DESCRIPTOR_BYTES];
  private int entries = MAX_ENTRIES;
  private long descriptors;
  private long avail;
  private long used;
  private boolean ready;
  private boolean broken;
  private boolean indirect;
  private boolean eventIndex;
  private int taken;
  private int done;
  private int published;

  VirtQueue(GuestRam ram, int number) {
    this.ram = ram;
    this.number = number;
  }

  /** Puts everything into the state after reset. */
  void reset() {
    entries = MAX_ENTRIES;
    descriptors = 0;
    avail = 0;
    used = 0;
    stop();
  }

  /** Takes the queue out of use. */
  void stop() {
    ready = false;
    broken = false;
  }

  boolean ready() {
    return ready;
  }

  /** Returns whether the guest has broken it. */
  boolean broken() {
    return broken;
  }

  /** Sets the number of entries; a senseless one prevents {@link #start}. */
  void entries(long value) {
    entries = value >= 1 && value <= MAX_ENTRIES && Long.bitCount(value) == 1 ? (int) value : 0;
  }

  /** Sets half of the descriptor table's address. */
  void descriptors(long half, int shift) {
    descriptors = with(descriptors, half, shift);
  }

  /** Sets half of the driver area's address. */
  void avail(long half, int shift) {
    avail = with(avail, half, shift);
  }

  /** Sets half of the device area's address. */
  void used(long half, int shift) {
    used = with(used, half, shift);
  }

  private static long with(long address, long half, int shift) {
    return address & ~(0xffff_ffffL << shift) | half << shift;
  }

  /**
   * Takes the queue into use; nothing happens if its size or its areas cannot be.
   *
   * @param withIndirect whether indirect descriptors were negotiated
   * @param withEventIndex whether event indices were
   */
  void start(boolean withIndirect, boolean withEventIndex) {
    boolean possible =
        entries > 0
            && area(descriptors, (long) entries * DESCRIPTOR_BYTES, DESCRIPTOR_ALIGNMENT)
            && area(avail, availBytes(entries), AVAIL_ALIGNMENT)
            && area(used, usedBytes(entries), USED_ALIGNMENT);
    if (!possible) {
      return;
    }
    ready = true;
    indirect = withIndirect;
    eventIndex = withEventIndex;
    taken = 0;
    done = 0;
    published = 0;
  }

  private boolean area(long address, long bytes, int alignment) {
    return address % alignment == 0 && ram.covers(address, bytes);
  }

  /** Returns the next request, if there is one; a ring that cannot be breaks. */
  Optional<Chain> take() {
    if (!ready || broken) {
      return Optional.empty();
    }
    int waiting = index(avail + RING_INDEX_OFFSET) - taken & INDEX_MASK;
    if (waiting == 0) {
      return Optional.empty();
    }
    int head = index(avail + RING_OFFSET + (long) slot(taken) * AVAIL_ENTRY_BYTES);
    Chain chain = new Chain(ram, number, head);
    if (waiting > entries || !walk(chain, head)) {
      broken = true;
      return Optional.empty();
    }
    taken = taken + 1 & INDEX_MASK;
    return Optional.of(chain);
  }

  /** Collects a chain's buffers; false if it is malformed. */
  private boolean walk(Chain chain, int head) {
    long table = descriptors;
    int size = entries;
    int index = head;
    boolean inside = false;
    for (int left = entries + 1; left > 0; left--) { // the entry that names a table has no buffer
      if (index >= size
          || !ram.read(table + (long) index * DESCRIPTOR_BYTES, descriptor, 0, DESCRIPTOR_BYTES)) {
        return false;
      }
      Descriptor entry = Descriptor.of(descriptor);
      if (entry.has(DESCRIPTOR_INDIRECT)) {
        if (inside || !entry.isTable() || !indirect) {
          return false;
        }
        inside = true;
        table = entry.address();
        size = (int) Math.min(entry.length() / DESCRIPTOR_BYTES, INDEX_MASK + 1L);
        index = 0;
        continue;
      }
      if (!chain.add(entry.address(), entry.length(), entry.has(DESCRIPTOR_WRITE))) {
        return false;
      }
      if (!entry.has(DESCRIPTOR_NEXT)) {
        return true;
      }
      index = entry.next();
    }
    return false;
  }

  /** A descriptor as the guest wrote it. */
  private record Descriptor(long address, long length, int flags, int next) {
    static Descriptor of(byte[] bytes) {
      ByteBuffer from = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      return new Descriptor(
          from.getLong(ADDRESS_OFFSET),
          from.getInt(LENGTH_OFFSET) & 0xffff_ffffL,
          from.getShort(FLAGS_OFFSET),
          from.getShort(NEXT_OFFSET) & INDEX_MASK);
    }

    boolean has(int flag) {
      return (flags & flag) != 0;
    }

    /** Whether it can name an indirect table: whole entries, the last of its chain. */
    boolean isTable() {
      return !has(DESCRIPTOR_NEXT)
          && length > 0
          && length % DESCRIPTOR_BYTES == 0
          && address >= 0
          && address <= Long.MAX_VALUE - length;
    }
  }

  /** Asks the driver to notify of the next request. */
  void awaitRequest() {
    if (!ready || broken) {
      return;
    }
    broken |= !ram.word(used + RING_FLAGS_OFFSET, Short.BYTES, 0);
    if (eventIndex) {
      long event = used + RING_OFFSET + (long) entries * USED_ENTRY_BYTES;
      broken |= !ram.word(event, Short.BYTES, taken);
    }
  }

  /**
   * Returns a request to the driver, which sees it at {@link #publish}.
   *
   * @param written how many bytes of its room were stored to, from the first on
   */
  void put(int head, int written) {
    if (!ready || broken) {
      return;
    }
    long entry = used + RING_OFFSET + (long) slot(done) * USED_ENTRY_BYTES;
    broken |= !ram.word(entry, Integer.BYTES, head);
    broken |= !ram.word(entry + USED_LENGTH_OFFSET, Integer.BYTES, written);
    done = done + 1 & INDEX_MASK;
  }

  /** Publishes what was put; returns whether the driver wants an interrupt for it. */
  boolean publish() {
    if (!ready || broken || done == published) {
      return false;
    }
    int old = published;
    broken |= !ram.word(used + RING_INDEX_OFFSET, Short.BYTES, done);
    published = done;
    if (!eventIndex) {
      return (index(avail + RING_FLAGS_OFFSET) & AVAIL_NO_INTERRUPT) == 0;
    }
    int event = index(avail + RING_OFFSET + (long) entries * AVAIL_ENTRY_BYTES);
    return (done - event - 1 & INDEX_MASK) < (done - old & INDEX_MASK);
  }

  private int slot(int index) {
    return index & entries - 1;
  }

  private int index(long address) {
    return (int) ram.word(address, Short.BYTES);
  }

  @Override
  public void exchange(StateExchange exchange) {
    entries(exchange.word(entries));
    descriptors = exchange.word(descriptors);
    avail = exchange.word(avail);
    used = exchange.word(used);
    ready = exchange.flag(ready) && entries > 0;
    broken = exchange.flag(broken);
    indirect = exchange.flag(indirect);
    eventIndex = exchange.flag(eventIndex);
    taken = exchange.number(taken, 0, INDEX_MASK);
    done = exchange.number(done, 0, INDEX_MASK);
    published = exchange.number(published, 0, INDEX_MASK);
  }
}

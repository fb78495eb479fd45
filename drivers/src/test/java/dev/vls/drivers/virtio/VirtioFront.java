package dev.vls.drivers.virtio;

import static dev.vls.drivers.virtio.SplitQueueLayout.*;
import static dev.vls.drivers.virtio.VirtioLayout.*;

import dev.vls.drivers.FakeContext;
import dev.vls.sma.OutputMessage;
import dev.vls.vmm.memory.AccessFaultException;
import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.memory.MmioDevice;

/** A driver for tests: writes registers and rings as a guest would, right or wrong. */
@SuppressWarnings("exports") // a test's class in a package that the module exports
public final class VirtioFront {
  /** Entries of each queue. */
  public static final int ENTRIES = 16;

  /** Guest-physical address of RAM that tests may use for buffers. */
  public static final long BUFFERS = GuestMemory.RAM_BASE + 0x20_000;

  /** RAM: frames of rings from the start, buffers behind. */
  public final GuestMemory memory = new GuestMemory(1 << 20, 4);

  /** What the port says. */
  public final FakeContext context = new FakeContext();

  private final MmioDevice window;
  private final int[] posted = new int[8];
  private final int[] seen = new int[8];
  private boolean high;

  /** Puts a device behind registers; nothing is negotiated yet. */
  public <M extends OutputMessage> VirtioFront(VirtioPort<M> port) {
    window = port.start(context, memory);
    port.line(level -> high = level);
  }

  /** Returns whether the interrupt is high. */
  public boolean interrupt() {
    return high;
  }

  /** Reads a register. */
  public int get(int register) {
    try {
      return (int) window.read(register, Integer.BYTES);
    } catch (AccessFaultException e) {
      throw new AssertionError(e);
    }
  }

  /** Reads a field of the configuration space. */
  public long config(int offset, int bytes) {
    try {
      return window.read(CONFIG + offset, bytes);
    } catch (AccessFaultException e) {
      throw new AssertionError(e);
    }
  }

  /** Writes a register. */
  public void put(int register, long value) {
    access(register, Integer.BYTES, value);
  }

  /** Writes with any width. */
  public void access(long offset, int bytes, long value) {
    try {
      window.write(offset, bytes, value);
    } catch (AccessFaultException e) {
      throw new AssertionError(e);
    }
  }

  /** Reads with any width. */
  public void look(long offset, int bytes) {
    try {
      window.read(offset, bytes);
    } catch (AccessFaultException e) {
      throw new AssertionError(e);
    }
  }

  /** Resets the device, takes these features and VERSION_1, and returns whether it agrees. */
  public boolean negotiate(long features) {
    put(STATUS, 0);
    put(STATUS, STATUS_ACKNOWLEDGE | STATUS_DRIVER);
    long all = features | 1L << FEATURE_VERSION_1;
    put(DRIVER_FEATURES_SEL, 0);
    put(DRIVER_FEATURES, all & 0xffff_ffffL);
    put(DRIVER_FEATURES_SEL, 1);
    put(DRIVER_FEATURES, all >>> 32);
    put(STATUS, STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_FEATURES_OK);
    return (get(STATUS) & STATUS_FEATURES_OK) != 0;
  }

  /** Negotiates and takes {@code queues} queues into use. */
  public void open(long features, int queues) {
    negotiate(features);
    for (int queue = 0; queue < queues; queue++) {
      memory.write(frame(descriptors(queue)), 0, new byte[4096], 0, 4096);
      posted[queue] = 0;
      seen[queue] = 0;
      put(QUEUE_SEL, queue);
      put(QUEUE_NUM, ENTRIES);
      address(QUEUE_DESC_LOW, descriptors(queue));
      address(QUEUE_DRIVER_LOW, avail(queue));
      address(QUEUE_DEVICE_LOW, used(queue));
      put(QUEUE_READY, 1);
    }
    put(STATUS, STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_FEATURES_OK | STATUS_DRIVER_OK);
  }

  private void address(int register, long value) {
    put(register, value & 0xffff_ffffL);
    put(register + 4, value >>> 32);
  }

  /** Returns where a queue's descriptor table is. */
  public static long descriptors(int queue) {
    return GuestMemory.RAM_BASE + queue * 4096L;
  }

  /** Returns where a queue's driver area is. */
  public static long avail(int queue) {
    return descriptors(queue) + 1024;
  }

  /** Returns where a queue's device area is. */
  public static long used(int queue) {
    return descriptors(queue) + 2048;
  }

  private int frame(long address) {
    return memory.frameOf(address >>> GuestMemory.FRAME_SHIFT);
  }

  private static int offset(long address) {
    return (int) (address & 4095);
  }

  /** Writes a descriptor of a table. */
  public void descriptor(long table, int index, long address, int length, int flags, int next) {
    long at = table + (long) index * DESCRIPTOR_BYTES;
    memory.put64(frame(at), offset(at) + ADDRESS_OFFSET, address);
    memory.put32(frame(at), offset(at) + LENGTH_OFFSET, length);
    memory.put16(frame(at), offset(at) + FLAGS_OFFSET, flags);
    memory.put16(frame(at), offset(at) + NEXT_OFFSET, next);
  }

  /** Takes over what another driver has posted and seen, with its memory and its device's state. */
  public void goOn(VirtioFront other) {
    System.arraycopy(other.posted, 0, posted, 0, posted.length);
    System.arraycopy(other.seen, 0, seen, 0, seen.length);
  }

  /** Makes a chain visible and notifies. */
  public void post(int queue, int head) {
    offer(queue, head);
    put(QUEUE_NOTIFY, queue);
  }

  /** Makes a chain visible without notifying. */
  public void offer(int queue, int head) {
    long ring = avail(queue) + RING_OFFSET + (posted[queue] % ENTRIES) * 2L;
    memory.put16(frame(ring), offset(ring), head);
    posted[queue]++;
    availIndex(queue, posted[queue]);
  }

  /** Writes the available ring's index. */
  public void availIndex(int queue, int value) {
    memory.put16(frame(avail(queue)), offset(avail(queue)) + RING_INDEX_OFFSET, value);
  }

  /** Writes the index at which an interrupt is wanted. */
  public void usedEvent(int queue, int value) {
    long at = avail(queue) + RING_OFFSET + ENTRIES * 2L;
    memory.put16(frame(at), offset(at), value);
  }

  /** Returns the index at which the device wants to be notified. */
  public int availEvent(int queue) {
    long at = used(queue) + RING_OFFSET + ENTRIES * 8L;
    return memory.u16(frame(at), offset(at));
  }

  /** Returns how many requests are done that {@link #done} has not returned. */
  public int waiting(int queue) {
    int index = memory.u16(frame(used(queue)), offset(used(queue)) + RING_INDEX_OFFSET);
    return index - seen[queue] & 0xffff;
  }

  /** Returns the next request that is done: its head and how much was written. */
  public int[] done(int queue) {
    long at = used(queue) + RING_OFFSET + (seen[queue]++ % ENTRIES) * 8L;
    return new int[] {
      memory.i32(frame(at), offset(at)), memory.i32(frame(at), offset(at) + USED_LENGTH_OFFSET)
    };
  }

  /** Stores bytes of the guest. */
  public void write(long address, byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      memory.put8(frame(address + i), offset(address + i), bytes[i] & 0xff);
    }
  }

  /** Returns bytes of the guest. */
  public byte[] read(long address, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) memory.u8(frame(address + i), offset(address + i));
    }
    return bytes;
  }
}

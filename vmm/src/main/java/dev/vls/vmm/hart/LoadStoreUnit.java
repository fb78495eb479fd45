package dev.vls.vmm.hart;

import dev.vls.vmm.memory.AccessFaultException;
import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.memory.LittleEndian;
import dev.vls.vmm.memory.MmioBus;

/**
 * Loads and stores that the {@link SoftTlb} does not answer: it misses, or the access is
 * misaligned, crosses pages, goes to a device or to a watched frame.
 *
 * <p>Nothing is thrown: after a call {@link #cause} says whether the access faulted, and then
 * nothing has been stored.
 */
public final class LoadStoreUnit {
  private static final int OFFSET_MASK = GuestMemory.FRAME_BYTES - 1;

  private final Mmu mmu;
  private final SoftTlb tlb;
  private final GuestMemory memory;
  private final MmioBus bus;
  private final byte[] bytes;
  private int cause = Cause.NONE;
  private long faultAddress;
  private boolean sideEffects;

  LoadStoreUnit(Mmu mmu, SoftTlb tlb, GuestMemory memory, MmioBus bus) {
    this.mmu = mmu;
    this.tlb = tlb;
    this.memory = memory;
    this.bus = bus;
    this.bytes = memory.bytes();
  }

  /** Returns the exception code of the last access, or {@link Cause#NONE}. */
  public int cause() {
    return cause;
  }

  /**
   * Returns xtval for the last access, if it faulted: the first address of the part that cannot be
   * accessed.
   */
  public long faultAddress() {
    return faultAddress;
  }

  /**
   * Returns whether a device or a watched frame was accessed since the last call: interrupts or
   * translations may have changed.
   */
  public boolean takeSideEffects() {
    boolean was = sideEffects;
    sideEffects = false;
    return was;
  }

  /**
   * Loads.
   *
   * @param address guest-virtual
   * @param size 1, 2, 4 or 8 bytes, at any alignment
   * @return the value, zero-extended; 0 if it faulted
   */
  public long load(long address, int size) {
    return load(address, size, Mmu.Walk.ACCESS);
  }

  /**
   * Loads like {@link #load(long, int)}, but not from devices nor where a page-table entry would be
   * marked: such an access fails, whatever {@link #cause} says, and somebody has to make it the
   * other way.
   */
  public long loadMemory(long address, int size) {
    return load(address, size, Mmu.Walk.LOOK);
  }

  private long load(long address, int size, Mmu.Walk walk) {
    cause = Cause.NONE;
    int offset = (int) address & OFFSET_MASK;
    if (offset > GuestMemory.FRAME_BYTES - size) {
      return loadAcross(address, size, walk);
    }
    int known = tlb.loadIndex(address, mmu.dataContext());
    if (known >= 0) {
      return get(known, size);
    }
    long physical = mmu.translateData(address, Access.LOAD, walk);
    if (physical == Mmu.FAILED) {
      return fault(address, mmu.cause());
    }
    int frame = memory.frameOf(physical >>> GuestMemory.FRAME_SHIFT);
    if (frame == GuestMemory.NO_FRAME) {
      return walk == Mmu.Walk.ACCESS
          ? loadDevice(address, physical, size)
          : fault(address, Cause.LOAD_ACCESS);
    }
    mmu.installData(address, Access.LOAD, frame);
    return get(index(frame, offset), size);
  }

  /**
   * Stores the low {@code size} bytes of {@code value}.
   *
   * @param address guest-virtual
   * @param size 1, 2, 4 or 8 bytes, at any alignment
   */
  public void store(long address, int size, long value) {
    cause = Cause.NONE;
    int offset = (int) address & OFFSET_MASK;
    if (offset > GuestMemory.FRAME_BYTES - size) {
      storeAcross(address, size, value);
      return;
    }
    int known = tlb.storeIndex(address, mmu.dataContext());
    if (known >= 0) {
      put(known, size, value);
      return;
    }
    long physical = mmu.translateData(address, Access.STORE, Mmu.Walk.ACCESS);
    if (physical == Mmu.FAILED) {
      fault(address, mmu.cause());
      return;
    }
    int frame = memory.frameOf(physical >>> GuestMemory.FRAME_SHIFT);
    if (frame == GuestMemory.NO_FRAME) {
      storeDevice(address, physical, size, value);
      return;
    }
    prepare(frame, offset, size);
    mmu.installData(address, Access.STORE, frame);
    put(index(frame, offset), size, value);
  }

  /**
   * Stores like {@link #store} if that faults nowhere, goes to no device, marks no page-table entry
   * and changes no code and no translation that an engine knows.
   *
   * @return whether it was stored; otherwise nothing has happened
   */
  public boolean storeMemory(long address, int size, long value) {
    int offset = (int) address & OFFSET_MASK;
    if (offset > GuestMemory.FRAME_BYTES - size) {
      return false;
    }
    long physical = mmu.translateData(address, Access.STORE, Mmu.Walk.LOOK);
    if (physical == Mmu.FAILED) {
      return false;
    }
    int frame = memory.frameOf(physical >>> GuestMemory.FRAME_SHIFT);
    if (frame == GuestMemory.NO_FRAME || memory.cached(frame, offset, size)) {
      return false;
    }
    memory.beforeStore(frame, offset, size);
    mmu.installData(address, Access.STORE, frame);
    put(index(frame, offset), size, value);
    return true;
  }

  /** Returns whether a store at an index of {@link #atomic} changes what an engine has cached. */
  public boolean watched(int index, int size) {
    return memory.cached(index >>> GuestMemory.FRAME_SHIFT, index & OFFSET_MASK, size);
  }

  /**
   * Prepares an atomic access to naturally aligned memory that is not a device.
   *
   * @param access {@link Access#LOAD} for LR, {@link Access#STORE} for SC and AMO
   * @param walk whether page-table entries are marked
   * @return the index in {@link GuestMemory#bytes}, or -1 if it faulted
   */
  public int atomic(long address, int size, Access access, Mmu.Walk walk) {
    cause = Cause.NONE;
    if ((address & size - 1) != 0) {
      boolean load = access == Access.LOAD;
      return (int) fault(address, load ? Cause.LOAD_MISALIGNED : Cause.STORE_MISALIGNED) - 1;
    }
    int offset = (int) address & OFFSET_MASK;
    int context = mmu.dataContext();
    int known =
        access == Access.LOAD ? tlb.loadIndex(address, context) : tlb.storeIndex(address, context);
    if (known >= 0) {
      return known;
    }
    long physical = mmu.translateData(address, access, walk);
    if (physical == Mmu.FAILED) {
      return (int) fault(address, mmu.cause()) - 1;
    }
    int frame = memory.frameOf(physical >>> GuestMemory.FRAME_SHIFT);
    if (frame == GuestMemory.NO_FRAME) {
      return (int) fault(address, access.accessFault()) - 1;
    }
    if (walk != Mmu.Walk.CHECK) {
      mmu.installData(address, access, frame);
    }
    return index(frame, offset);
  }

  /** Stores at an index that {@link #atomic} has returned for {@link Access#STORE}. */
  public void putAtomic(int index, int size, long value) {
    int frame = index >>> GuestMemory.FRAME_SHIFT;
    prepare(frame, index & OFFSET_MASK, size);
    put(index, size, value);
  }

  /** Returns {@code size} bytes at {@code index} of {@link GuestMemory#bytes}, zero-extended. */
  public long get(int index, int size) {
    return switch (size) {
      case 1 -> bytes[index] & 0xffL;
      case 2 -> LittleEndian.i16(bytes, index) & 0xffffL;
      case 4 -> LittleEndian.i32(bytes, index) & 0xffff_ffffL;
      default -> LittleEndian.i64(bytes, index);
    };
  }

  private void put(int index, int size, long value) {
    switch (size) {
      case 1 -> bytes[index] = (byte) value;
      case 2 -> LittleEndian.put16(bytes, index, (short) value);
      case 4 -> LittleEndian.put32(bytes, index, (int) value);
      default -> LittleEndian.put64(bytes, index, value);
    }
  }

  private void prepare(int frame, int offset, int size) {
    if (memory.flags(frame) != 0) {
      memory.beforeStore(frame, offset, size);
      sideEffects = true;
    }
  }

  private long loadAcross(long address, int size, Mmu.Walk walk) {
    long second = (address | OFFSET_MASK) + 1;
    int low = (int) (second - address);
    int firstIndex = part(address, Access.LOAD, walk);
    int secondIndex = firstIndex < 0 ? -1 : part(second, Access.LOAD, walk);
    if (secondIndex < 0) {
      return 0;
    }
    long value = 0;
    for (int i = 0; i < size; i++) {
      int index = i < low ? firstIndex + i : secondIndex + i - low;
      value |= (bytes[index] & 0xffL) << (8 * i);
    }
    return value;
  }

  private void storeAcross(long address, int size, long value) {
    long second = (address | OFFSET_MASK) + 1;
    int low = (int) (second - address);
    // page faults of both parts come before access faults of either
    if (!translates(address) || !translates(second)) {
      return;
    }
    int firstIndex = part(address, Access.STORE, Mmu.Walk.ACCESS);
    int secondIndex = firstIndex < 0 ? -1 : part(second, Access.STORE, Mmu.Walk.ACCESS);
    if (secondIndex < 0) {
      return;
    }
    int firstFrame = firstIndex >>> GuestMemory.FRAME_SHIFT;
    int secondFrame = secondIndex >>> GuestMemory.FRAME_SHIFT;
    prepare(firstFrame, firstIndex & OFFSET_MASK, low);
    prepare(secondFrame, 0, size - low);
    for (int i = 0; i < size; i++) {
      int index = i < low ? firstIndex + i : secondIndex + i - low;
      bytes[index] = (byte) (value >>> (8 * i));
    }
  }

  /**
   * Translates one part of an access across pages; returns its index, or -1 if it faulted (devices
   * do not take such accesses).
   */
  private int part(long part, Access access, Mmu.Walk walk) {
    long physical = mmu.translateData(part, access, walk);
    if (physical == Mmu.FAILED) {
      return (int) fault(part, mmu.cause()) - 1;
    }
    int frame = memory.frameOf(physical >>> GuestMemory.FRAME_SHIFT);
    if (frame == GuestMemory.NO_FRAME) {
      return (int) fault(part, access.accessFault()) - 1;
    }
    return index(frame, (int) part & OFFSET_MASK);
  }

  private boolean translates(long part) {
    if (mmu.translateData(part, Access.STORE, Mmu.Walk.ACCESS) == Mmu.FAILED) {
      fault(part, mmu.cause());
      return false;
    }
    return true;
  }

  private long loadDevice(long address, long physical, int size) {
    sideEffects = true;
    try {
      if ((physical & size - 1) == 0) {
        return bus.read(physical, size);
      }
    } catch (AccessFaultException e) {
      // falls through: the hart takes the fault
    }
    return fault(address, Cause.LOAD_ACCESS);
  }

  private void storeDevice(long address, long physical, int size, long value) {
    sideEffects = true;
    try {
      if ((physical & size - 1) == 0) {
        bus.write(physical, size, value);
        return;
      }
    } catch (AccessFaultException e) {
      // falls through: the hart takes the fault
    }
    fault(address, Cause.STORE_ACCESS);
  }

  private long fault(long address, int why) {
    cause = why;
    faultAddress = address;
    return 0;
  }

  private static int index(int frame, int offset) {
    return (frame << GuestMemory.FRAME_SHIFT) + offset;
  }
}

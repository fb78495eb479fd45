package dev.vls.vmm.jit;

import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.memory.LittleEndian;

/**
 * Loads and stores of translated code that runs without paging, while RAM is one piece: an address
 * is an index.
 *
 * <p>Covers the largest power of two of RAM: so one test finds that an address is inside (and, for
 * a store, aligned and thereby in one frame), and the JIT sees that the index is. What is outside
 * is a call. A record for the same reason as {@link GuestView}.
 *
 * @param memory RAM from index 0, longer than {@code mask}
 * @param flags of frames; only one with 0 is stored to here
 * @param mask size of the part that is covered, less 1
 */
record FlatView(byte[] memory, byte[] flags, long mask) {
  private static final long BASE = GuestMemory.RAM_BASE;

  static FlatView of(GuestMemory memory) {
    long ram = (long) memory.ramFrames() << GuestMemory.FRAME_SHIFT;
    return new FlatView(memory.bytes(), memory.flagBytes(), Long.highestOneBit(ram) - 1);
  }

  long load8(long address, RegionContext context) {
    long at = address - BASE;
    return (at & ~mask) == 0 ? memory[(int) (at & mask)] : (byte) context.load(address, 1);
  }

  long loadU8(long address, RegionContext context) {
    long at = address - BASE;
    return (at & ~mask) == 0 ? memory[(int) (at & mask)] & 0xff : context.load(address, 1);
  }

  long load16(long address, RegionContext context) {
    long at = address - BASE;
    return (at & ~mask) == 0
        ? LittleEndian.i16(memory, (int) (at & mask))
        : (short) context.load(address, 2);
  }

  long loadU16(long address, RegionContext context) {
    return load16(address, context) & 0xffff;
  }

  long load32(long address, RegionContext context) {
    long at = address - BASE;
    return (at & ~mask) == 0
        ? LittleEndian.i32(memory, (int) (at & mask))
        : (int) context.load(address, 4);
  }

  long loadU32(long address, RegionContext context) {
    return load32(address, context) & 0xffff_ffffL;
  }

  long load64(long address, RegionContext context) {
    long at = address - BASE;
    return (at & ~mask) == 0
        ? LittleEndian.i64(memory, (int) (at & mask))
        : context.load(address, 8);
  }

  void store8(long address, long value, RegionContext context) {
    long at = address - BASE;
    int index = (int) (at & mask);
    if ((at & ~mask) == 0 && flags[index >>> GuestMemory.FRAME_SHIFT] == 0) {
      memory[index] = (byte) value;
    } else {
      context.store(address, 1, value);
    }
  }

  void store16(long address, long value, RegionContext context) {
    long at = address - BASE;
    int index = (int) (at & mask);
    if ((at & (~mask | 1)) == 0 && flags[index >>> GuestMemory.FRAME_SHIFT] == 0) {
      LittleEndian.put16(memory, index, (short) value);
    } else {
      context.store(address, 2, value);
    }
  }

  void store32(long address, long value, RegionContext context) {
    long at = address - BASE;
    int index = (int) (at & mask);
    if ((at & (~mask | 3)) == 0 && flags[index >>> GuestMemory.FRAME_SHIFT] == 0) {
      LittleEndian.put32(memory, index, (int) value);
    } else {
      context.store(address, 4, value);
    }
  }

  void store64(long address, long value, RegionContext context) {
    long at = address - BASE;
    int index = (int) (at & mask);
    if ((at & (~mask | 7)) == 0 && flags[index >>> GuestMemory.FRAME_SHIFT] == 0) {
      LittleEndian.put64(memory, index, value);
    } else {
      context.store(address, 8, value);
    }
  }
}

package dev.vls.vmm.jit;

import dev.vls.vmm.hart.SoftTlb;
import dev.vls.vmm.memory.LittleEndian;

/**
 * Loads and stores of translated code: a hit of the soft TLB inline, everything else by a call.
 *
 * <p>A record, because the JIT takes the fields of a constant record for constants, so that array
 * addresses and lengths are in the code and most bounds checks are not (MEASURED, item 5). The
 * methods are small enough to be inlined wherever they are called.
 */
record GuestView(byte[] memory, long[] loads, long[] stores) {
  private static final long PAGE = SoftTlb.PAGE_MASK;

  long load8(long address, RegionContext context, long data) {
    int at = SoftTlb.at(address);
    return loads[at] == ((address & PAGE) | data)
        ? memory[(int) (address + loads[at + 1])]
        : (byte) context.load(address, 1);
  }

  long loadU8(long address, RegionContext context, long data) {
    int at = SoftTlb.at(address);
    return loads[at] == ((address & PAGE) | data)
        ? memory[(int) (address + loads[at + 1])] & 0xff
        : context.load(address, 1);
  }

  long load16(long address, RegionContext context, long data) {
    int at = SoftTlb.at(address);
    return loads[at] == ((address & (PAGE | 1)) | data)
        ? LittleEndian.i16(memory, (int) (address + loads[at + 1]))
        : (short) context.load(address, 2);
  }

  long loadU16(long address, RegionContext context, long data) {
    int at = SoftTlb.at(address);
    return loads[at] == ((address & (PAGE | 1)) | data)
        ? LittleEndian.i16(memory, (int) (address + loads[at + 1])) & 0xffff
        : context.load(address, 2);
  }

  long load32(long address, RegionContext context, long data) {
    int at = SoftTlb.at(address);
    return loads[at] == ((address & (PAGE | 3)) | data)
        ? LittleEndian.i32(memory, (int) (address + loads[at + 1]))
        : (int) context.load(address, 4);
  }

  long loadU32(long address, RegionContext context, long data) {
    return load32(address, context, data) & 0xffff_ffffL;
  }

  long load64(long address, RegionContext context, long data) {
    int at = SoftTlb.at(address);
    return loads[at] == ((address & (PAGE | 7)) | data)
        ? LittleEndian.i64(memory, (int) (address + loads[at + 1]))
        : context.load(address, 8);
  }

  void store8(long address, long value, RegionContext context, long data) {
    int at = SoftTlb.at(address);
    if (stores[at] == ((address & PAGE) | data)) {
      memory[(int) (address + stores[at + 1])] = (byte) value;
    } else {
      context.store(address, 1, value);
    }
  }

  void store16(long address, long value, RegionContext context, long data) {
    int at = SoftTlb.at(address);
    if (stores[at] == ((address & (PAGE | 1)) | data)) {
      LittleEndian.put16(memory, (int) (address + stores[at + 1]), (short) value);
    } else {
      context.store(address, 2, value);
    }
  }

  void store32(long address, long value, RegionContext context, long data) {
    int at = SoftTlb.at(address);
    if (stores[at] == ((address & (PAGE | 3)) | data)) {
      LittleEndian.put32(memory, (int) (address + stores[at + 1]), (int) value);
    } else {
      context.store(address, 4, value);
    }
  }

  void store64(long address, long value, RegionContext context, long data) {
    int at = SoftTlb.at(address);
    if (stores[at] == ((address & (PAGE | 7)) | data)) {
      LittleEndian.put64(memory, (int) (address + stores[at + 1]), value);
    } else {
      context.store(address, 8, value);
    }
  }
}

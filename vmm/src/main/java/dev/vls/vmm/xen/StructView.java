package dev.vls.vmm.xen;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The VMM's own copy of one structure in guest memory: it is fetched once and judged on the copy
 * (races G7, R3).
 *
 * <p>One instance serves many structures; fetching replaces the former content.
 */
final class StructView {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] bytes;

  /** Creates a view that holds structures of at most {@code capacity} bytes. */
  StructView(int capacity) {
    bytes = new byte[capacity];
  }

  /** Copies {@code length} bytes at virtual {@code address} in; false is -EFAULT. */
  boolean fetch(Vcpu vcpu, long address, int length) {
    return vcpu.port().read(address, bytes, 0, length);
  }

  /**
   * Copies {@code length} bytes from {@code offset} of the copy back to the structure at {@code
   * address}; false is -EFAULT.
   */
  boolean store(Vcpu vcpu, long address, int offset, int length) {
    return vcpu.port().write(address + offset, bytes, offset, length);
  }

  int u16(int offset) {
    return (short) SHORT.get(bytes, offset) & 0xffff;
  }

  int i32(int offset) {
    return (int) INT.get(bytes, offset);
  }

  long u32(int offset) {
    return i32(offset) & 0xffff_ffffL;
  }

  long i64(int offset) {
    return (long) LONG.get(bytes, offset);
  }

  void put16(int offset, int value) {
    SHORT.set(bytes, offset, (short) value);
  }

  void put32(int offset, int value) {
    INT.set(bytes, offset, value);
  }

  void put64(int offset, long value) {
    LONG.set(bytes, offset, value);
  }
}

package dev.vls.vmm.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Little-endian access at any alignment to the bytes of {@link GuestMemory#bytes}: small static
 * methods that the JIT inlines.
 */
public final class LittleEndian {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  private LittleEndian() {}

  /** Returns the 16-bit value at {@code index}, sign-extended. */
  public static short i16(byte[] bytes, int index) {
    return (short) SHORT.get(bytes, index);
  }

  /** Returns the 32-bit value at {@code index}. */
  public static int i32(byte[] bytes, int index) {
    return (int) INT.get(bytes, index);
  }

  /** Returns the 64-bit value at {@code index}. */
  public static long i64(byte[] bytes, int index) {
    return (long) LONG.get(bytes, index);
  }

  /** Stores 16 bits at {@code index}. */
  public static void put16(byte[] bytes, int index, short value) {
    SHORT.set(bytes, index, value);
  }

  /** Stores 32 bits at {@code index}. */
  public static void put32(byte[] bytes, int index, int value) {
    INT.set(bytes, index, value);
  }

  /** Stores 64 bits at {@code index}. */
  public static void put64(byte[] bytes, int index, long value) {
    LONG.set(bytes, index, value);
  }
}

package dev.vls.drivers.console;

import java.util.Arrays;

/**
 * A stretch of a byte stream: bytes {@code base()} to {@code end()}, appended behind and trimmed in
 * front. Not thread-safe.
 */
final class StreamBuffer {
  private static final int FIRST_CAPACITY = 4096;

  private byte[] ring =
      new byte[FIRST_CAPACITY]; // byte n of the stream is at n modulo the length, a power of two
  private long base;
  private long end;

  /** Starts empty at an offset of the stream. */
  StreamBuffer(long offset) {
    base = offset;
    end = offset;
  }

  /** Returns the offset of the first byte that is held. */
  long base() {
    return base;
  }

  /** Returns the offset behind the last byte. */
  long end() {
    return end;
  }

  int size() {
    return (int) (end - base);
  }

  /** Adds bytes behind the end. */
  void append(byte[] bytes, int offset, int length) {
    grow(Math.addExact(size(), length));
    int slot = slot(end);
    int first = Math.min(length, ring.length - slot);
    System.arraycopy(bytes, offset, ring, slot, first);
    System.arraycopy(bytes, offset + first, ring, 0, length - first);
    end += length;
  }

  private void grow(int needed) {
    if (needed > ring.length) {
      byte[] held = copy(base, size());
      ring = new byte[Integer.highestOneBit(needed - 1) << 1];
      end = base;
      append(held, 0, held.length);
    }
  }

  /** Returns up to {@code most} bytes from {@code from}, which lies between base and end. */
  byte[] copy(long from, int most) {
    if (from < base || from > end) {
      throw new IllegalArgumentException("offset " + from + " is not in " + base + ".." + end);
    }
    int count = (int) Math.min(most, end - from);
    int slot = slot(from);
    byte[] bytes = Arrays.copyOfRange(ring, slot, slot + Math.min(count, ring.length - slot));
    byte[] all = Arrays.copyOf(bytes, count);
    System.arraycopy(ring, 0, all, bytes.length, count - bytes.length);
    return all;
  }

  /** Drops what lies before {@code offset}; at most everything. */
  void trim(long offset) {
    base = Math.clamp(offset, base, end);
  }

  /** Drops the oldest bytes until at most {@code most} are held. */
  void keep(int most) {
    trim(end - most);
  }

  /** Empties the buffer and starts again at an offset. */
  void restart(long offset) {
    base = offset;
    end = offset;
  }

  private int slot(long offset) {
    return (int) offset & (ring.length - 1);
  }
}

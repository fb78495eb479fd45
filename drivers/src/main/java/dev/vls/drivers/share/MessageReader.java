package dev.vls.drivers.share;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads the fields of a message's body one after the other. Behind its end everything is 0 or
 * empty, and {@link #isWhole} says that.
 */
final class MessageReader {
  private final ByteBuffer body;
  private boolean past;

  MessageReader(byte[] bytes, int from, int to) {
    body = ByteBuffer.wrap(bytes, from, to - from).order(ByteOrder.LITTLE_ENDIAN);
  }

  private boolean has(int bytes) {
    past |= body.remaining() < bytes;
    return !past;
  }

  int u8() {
    return has(Byte.BYTES) ? body.get() & 0xff : 0;
  }

  int u16() {
    return has(Short.BYTES) ? body.getShort() & 0xffff : 0;
  }

  int i32() {
    return has(Integer.BYTES) ? body.getInt() : 0;
  }

  long i64() {
    return has(Long.BYTES) ? body.getLong() : 0;
  }

  /** Reads a string of octets, each one character. */
  String string() {
    int length = u16();
    if (!has(length)) {
      return "";
    }
    byte[] octets = new byte[length];
    body.get(octets);
    return new String(octets, StandardCharsets.ISO_8859_1);
  }

  /** Returns whether exactly the message was read, from its first to its last octet. */
  boolean isWhole() {
    return !past && !body.hasRemaining();
  }
}

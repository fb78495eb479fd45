package dev.vls.log.frame;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * A frame in a segment, and the same octets on the wire (docs/format.md).
 *
 * <pre>
 * offset  size  field
 *      0     3  length n of the payload
 *      3     1  type
 *      4     n  payload
 *    4+n     4  CRC-32C over seed, sequence, ordinal (not stored), header, payload
 * </pre>
 */
public final class FrameLayout {
  /** Octets of length and type. */
  public static final int HEADER_BYTES = 4;

  /** Octets of the checksum. */
  public static final int CRC_BYTES = 4;

  /** Octets of a frame without payload. */
  public static final int OVERHEAD_BYTES = HEADER_BYTES + CRC_BYTES;

  /** Largest payload. */
  public static final int MAX_PAYLOAD_BYTES = (1 << 24) - 1;

  /** Largest event, framing included. */
  public static final int MAX_EVENT_BYTES = 64 << 20;

  /** Most frames in an event. */
  public static final int MAX_EVENT_FRAMES = 1 << 16;

  /** Most vectors in an SMA frame, and updates or ports in a BRK frame. */
  public static final int MAX_ITEMS = 1 << 16;

  /** Octets of a SEAL frame, all included. */
  public static final int SEAL_BYTES = OVERHEAD_BYTES + 23;

  /** Type of an SMA frame. */
  public static final int SMA = 1;

  /** Type of a BRK frame. */
  public static final int BRK = 2;

  /** Type of an END frame. */
  public static final int END = 3;

  /** Type of a SEAL frame. */
  public static final int SEAL = 4;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private FrameLayout() {}

  /** Returns the little-endian 32-bit number at {@code offset}. */
  public static int int32(byte[] octets, int offset) {
    return (int) INT.get(octets, offset);
  }

  /** Stores a little-endian 32-bit number. */
  public static void putInt32(byte[] octets, int offset, int value) {
    INT.set(octets, offset, value);
  }

  /** Returns the little-endian 64-bit number at {@code offset}. */
  public static long int64(byte[] octets, int offset) {
    return (long) LONG.get(octets, offset);
  }

  /** Stores a little-endian 64-bit number. */
  public static void putInt64(byte[] octets, int offset, long value) {
    LONG.set(octets, offset, value);
  }

  /** Returns the payload length in the header at {@code offset}. */
  public static int payloadLength(byte[] octets, int offset) {
    return int32(octets, offset) & MAX_PAYLOAD_BYTES;
  }

  /** Returns the type in the header at {@code offset}; any number from 0 to 255. */
  public static int type(byte[] octets, int offset) {
    return octets[offset + 3] & 0xff;
  }

  /** Stores a header. */
  public static void putHeader(byte[] octets, int offset, int type, int payloadLength) {
    putInt32(octets, offset, type << 24 | payloadLength);
  }

  /** Returns what a type is called in reports. */
  public static String typeName(int type) {
    return switch (type) {
      case SMA -> "SMA";
      case BRK -> "BRK";
      case END -> "END";
      case SEAL -> "SEAL";
      default -> "type " + type;
    };
  }

  /** Computes the checksums of the frames of one log; belongs to one thread. */
  public static final class Checksum {
    private final CRC32C crc = new CRC32C();
    private final byte[] prefix = new byte[16];

    /** Creates one for the log whose manifest has the checksum {@code seed}. */
    public Checksum(int seed) {
      putInt32(prefix, 0, seed);
    }

    /**
     * Returns the checksum of the {@code length} octets of header and payload at {@code offset}.
     */
    public int of(long sequence, int ordinal, byte[] octets, int offset, int length) {
      putInt64(prefix, 4, sequence);
      putInt32(prefix, 12, ordinal);
      crc.reset();
      crc.update(prefix, 0, prefix.length);
      crc.update(octets, offset, length);
      return (int) crc.getValue();
    }
  }
}

package dev.vls.log.store;

import dev.vls.log.frame.BadFrameException;
import dev.vls.log.frame.FrameLayout;
import java.util.zip.CRC32C;

/**
 * The header of a segment file (docs/format.md).
 *
 * <pre>
 * offset  size  field
 *      0     8  magic "VLSSEG\r\n"
 *      8     4  version
 *     12     4  segment number
 *     16     8  sequence of the first event
 *     24     4  seed: checksum of the manifest
 *     28     4  CRC-32C over the octets before it
 * </pre>
 */
final class SegmentLayout {
  static final int HEADER_BYTES = 32;

  private static final long MAGIC = 0x0A0D474553534C56L;
  private static final int VERSION = 8;
  private static final int NUMBER = 12;
  private static final int FIRST_SEQUENCE = 16;
  private static final int SEED = 24;
  private static final int CRC = 28;
  private static final int FORMAT_VERSION = 1;

  private SegmentLayout() {}

  static byte[] header(int number, long firstSequence, int seed) {
    byte[] header = new byte[HEADER_BYTES];
    FrameLayout.putInt64(header, 0, MAGIC);
    FrameLayout.putInt32(header, VERSION, FORMAT_VERSION);
    FrameLayout.putInt32(header, NUMBER, number);
    FrameLayout.putInt64(header, FIRST_SEQUENCE, firstSequence);
    FrameLayout.putInt32(header, SEED, seed);
    FrameLayout.putInt32(header, CRC, crc(header));
    return header;
  }

  static long firstSequence(byte[] header) {
    return FrameLayout.int64(header, FIRST_SEQUENCE);
  }

  /**
   * Refuses a header that is not the one of segment {@code number} of the log with {@code seed}.
   */
  static void check(byte[] header, int number, int seed) throws BadFrameException {
    if (FrameLayout.int64(header, 0) != MAGIC) {
      throw new BadFrameException("does not begin like a segment");
    }
    if (FrameLayout.int32(header, CRC) != crc(header)) {
      throw new BadFrameException("has a header whose checksum is wrong");
    }
    if (FrameLayout.int32(header, VERSION) != FORMAT_VERSION) {
      throw new BadFrameException(
          "is written in segment version "
              + Integer.toUnsignedString(FrameLayout.int32(header, VERSION))
              + " where the manifest promises version "
              + FORMAT_VERSION);
    }
    if (FrameLayout.int32(header, NUMBER) != number) {
      throw new BadFrameException(
          "is segment " + Integer.toUnsignedString(FrameLayout.int32(header, NUMBER)));
    }
    if (FrameLayout.int32(header, SEED) != seed) {
      throw new BadFrameException("belongs to another log");
    }
    if (firstSequence(header) < 0) {
      throw new BadFrameException("begins with a negative sequence number");
    }
  }

  private static int crc(byte[] header) {
    CRC32C crc = new CRC32C();
    crc.update(header, 0, CRC);
    return (int) crc.getValue();
  }
}

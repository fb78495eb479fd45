package dev.vls.drivers.block;

import static dev.vls.drivers.block.BlkifLayout.*;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Ring entries of block requests, for tests. */
final class BlkifFront {
  /** A segment. */
  record Segment(int ref, int first, int last) {}

  private BlkifFront() {}

  static byte[] direct(int operation, long id, long sector, Segment... segments) {
    ByteBuffer entry = ByteBuffer.allocate(ENTRY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    entry.put(OPERATION_OFFSET, (byte) operation);
    entry.put(NR_SEGMENTS_OFFSET, (byte) segments.length);
    entry.putLong(ID_OFFSET, id);
    entry.putLong(SECTOR_OFFSET, sector);
    for (int i = 0; i < Math.min(segments.length, MAX_SEGMENTS); i++) {
      entry.position(SEGMENTS_OFFSET + i * SEGMENT_BYTES);
      put(entry, segments[i]);
    }
    return entry.array();
  }

  static byte[] indirect(int operation, long id, long sector, int ref, int count) {
    ByteBuffer entry = ByteBuffer.allocate(ENTRY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    entry.put(OPERATION_OFFSET, (byte) OP_INDIRECT);
    entry.put(INDIRECT_OP_OFFSET, (byte) operation);
    entry.putShort(INDIRECT_NR_SEGMENTS_OFFSET, (short) count);
    entry.putLong(ID_OFFSET, id);
    entry.putLong(SECTOR_OFFSET, sector);
    entry.putInt(INDIRECT_GREFS_OFFSET, ref);
    return entry.array();
  }

  static byte[] segments(Segment... segments) {
    ByteBuffer page =
        ByteBuffer.allocate(segments.length * SEGMENT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (Segment segment : segments) {
      put(page, segment);
    }
    return page.array();
  }

  private static void put(ByteBuffer to, Segment segment) {
    to.putInt(segment.ref())
        .put((byte) segment.first())
        .put((byte) segment.last())
        .putShort((short) 0);
  }
}

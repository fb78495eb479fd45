package dev.vls.drivers.block;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * An overlay file, version 1 (docs/overlay-format.md), little-endian.
 *
 * <pre>
 * offset          size  field
 *      0             8  magic "VLSOVERL"
 *      8             4  version = 1
 *     12             4  log2 of the block size = 16
 *     16             8  sectors of the disk
 *     24             8  offset of the first block
 *     32             4  CRC32C of bytes 0 to 31
 *   4096    8 per block  table: entry n says where block n of the disk is
 *  first block  65536 each  blocks, in the order in which they were first written
 *
 * entry
 *      0             4  0: the block is the base's; otherwise 1 + its number in this file
 *      4             4  CRC32C of the block's number on the disk (8 bytes) and bytes 0 to 3; 0 if those are 0
 * </pre>
 */
final class OverlayLayout {
  static final byte[] MAGIC = {'V', 'L', 'S', 'O', 'V', 'E', 'R', 'L'};
  static final int VERSION = 1;
  static final int BLOCK_SHIFT = 16;
  static final int BLOCK_BYTES = 1 << BLOCK_SHIFT;
  static final int BLOCK_SECTORS = BLOCK_BYTES / BlockConfig.SECTOR_BYTES;

  static final int HEADER_BYTES = 36;
  static final int VERSION_OFFSET = 8;
  static final int BLOCK_SHIFT_OFFSET = 12;
  static final int SECTORS_OFFSET = 16;
  static final int FIRST_BLOCK_OFFSET = 24;
  static final int CRC_OFFSET = 32;

  static final int TABLE_OFFSET = 4096;
  static final int ENTRY_BYTES = 8;

  private OverlayLayout() {}

  /** Returns how many blocks a disk has; the last may be short. */
  static long blocks(long sectors) {
    return (sectors + BLOCK_SECTORS - 1) / BLOCK_SECTORS;
  }

  /** Returns where the first block starts. */
  static long firstBlock(long sectors) {
    long end = TABLE_OFFSET + blocks(sectors) * ENTRY_BYTES;
    return (end + 4095) / 4096 * 4096;
  }

  static byte[] header(long sectors) {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    header
        .put(MAGIC)
        .putInt(VERSION)
        .putInt(BLOCK_SHIFT)
        .putLong(sectors)
        .putLong(firstBlock(sectors));
    return header.putInt(crc(header.array(), CRC_OFFSET)).array();
  }

  static int crc(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  /** Returns the entry of a block that is number {@code place} of the file. */
  static byte[] entry(long block, int place) {
    return ByteBuffer.allocate(ENTRY_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(place + 1)
        .putInt(entryCrc(block, place + 1))
        .array();
  }

  static int entryCrc(long block, int value) {
    ByteBuffer covered =
        ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN).putLong(block).putInt(value);
    return crc(covered.array(), 12);
  }
}

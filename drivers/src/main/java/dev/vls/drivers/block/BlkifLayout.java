package dev.vls.drivers.block;

/**
 * Requests and responses of the block ring (ABI section 6.1), little-endian, as 64-bit guests have
 * them.
 *
 * <pre>
 * request, 112 bytes              indirect request              response, 16 bytes
 *  0  1  operation                 0  1  operation = 6            0  8  id
 *  1  1  nr_segments, 0..11        1  1  indirect_op              8  1  operation
 *  2  2  handle                    2  2  nr_segments             10  2  status
 *  8  8  id                        8  8  id
 * 16  8  sector_number            16  8  sector_number
 * 24  8  segment, 11 times        28  4  gref of a page of segments, 8 times
 *
 * segment, 8 bytes: 0  4  gref; 4  1  first_sect; 5  1  last_sect, both inclusive
 * </pre>
 */
final class BlkifLayout {
  static final int ENTRY_BYTES = 112;
  static final int OPERATION_OFFSET = 0;
  static final int NR_SEGMENTS_OFFSET = 1;
  static final int ID_OFFSET = 8;
  static final int SECTOR_OFFSET = 16;
  static final int SEGMENTS_OFFSET = 24;
  static final int MAX_SEGMENTS = 11;

  static final int INDIRECT_OP_OFFSET = 1;
  static final int INDIRECT_NR_SEGMENTS_OFFSET = 2;
  static final int INDIRECT_GREFS_OFFSET = 28;

  static final int SEGMENT_BYTES = 8;
  static final int GREF_OFFSET = 0;
  static final int FIRST_SECT_OFFSET = 4;
  static final int LAST_SECT_OFFSET = 5;

  static final int RESPONSE_BYTES = 16;
  static final int RESPONSE_ID_OFFSET = 0;
  static final int RESPONSE_OPERATION_OFFSET = 8;
  static final int RESPONSE_STATUS_OFFSET = 10;

  static final int OP_READ = 0;
  static final int OP_WRITE = 1;
  static final int OP_FLUSH_DISKCACHE = 3;
  static final int OP_INDIRECT = 6;

  static final int RSP_OKAY = 0;
  static final int RSP_ERROR = -1;
  static final int RSP_EOPNOTSUPP = -2;

  static final int VDISK_READONLY = 4;

  private BlkifLayout() {}
}

package dev.vls.drivers.block;

/**
 * The virtio block device (virtio 1.2, section 5.2), little-endian.
 *
 * <pre>
 * configuration space                          request
 * offset  size  field                          offset  size  field
 *      0     8  capacity, sectors                   0     4  type           read by the device
 *      8     4  size_max                            4     4  reserved
 *     12     4  seg_max                             8     8  sector
 *     20     4  blk_size                           16        data to write, or ranges
 *     24     1  physical_block_exp                   0        data that was read   written by it
 *     36     4  max_discard_sectors               last     1  status
 *     40     4  max_discard_seg
 *     44     4  discard_sector_alignment       range of a discard or of zeroes
 *     48     4  max_write_zeroes_sectors            0     8  sector
 *     52     4  max_write_zeroes_seg                8     4  num_sectors
 *     56     1  write_zeroes_may_unmap             12     4  flags
 * </pre>
 */
final class VirtioBlockLayout {
  static final int DEVICE_ID = 2;

  static final int FEATURE_SIZE_MAX = 1;
  static final int FEATURE_SEG_MAX = 2;
  static final int FEATURE_RO = 5;
  static final int FEATURE_BLK_SIZE = 6;
  static final int FEATURE_FLUSH = 9;
  static final int FEATURE_TOPOLOGY = 10;
  static final int FEATURE_DISCARD = 13;
  static final int FEATURE_WRITE_ZEROES = 14;

  static final int CAPACITY_OFFSET = 0;
  static final int SIZE_MAX_OFFSET = 8;
  static final int SEG_MAX_OFFSET = 12;
  static final int BLK_SIZE_OFFSET = 20;
  static final int PHYSICAL_BLOCK_EXP_OFFSET = 24;
  static final int MAX_DISCARD_SECTORS_OFFSET = 36;
  static final int MAX_DISCARD_SEG_OFFSET = 40;
  static final int DISCARD_ALIGNMENT_OFFSET = 44;
  static final int MAX_ZEROES_SECTORS_OFFSET = 48;
  static final int MAX_ZEROES_SEG_OFFSET = 52;
  static final int ZEROES_MAY_UNMAP_OFFSET = 56;
  static final int CONFIG_BYTES = 60;

  static final int HEADER_BYTES = 16;
  static final int TYPE_OFFSET = 0;
  static final int SECTOR_OFFSET = 8;

  static final int TYPE_IN = 0;
  static final int TYPE_OUT = 1;
  static final int TYPE_FLUSH = 4;
  static final int TYPE_GET_ID = 8;
  static final int TYPE_DISCARD = 11;
  static final int TYPE_WRITE_ZEROES = 13;

  static final int RANGE_BYTES = 16;
  static final int RANGE_SECTORS_OFFSET = 8;
  static final int RANGE_FLAGS_OFFSET = 12;
  static final int RANGE_UNMAP = 1;

  static final int ID_BYTES = 20;

  static final int STATUS_OK = 0;
  static final int STATUS_IOERR = 1;
  static final int STATUS_UNSUPP = 2;

  private VirtioBlockLayout() {}
}

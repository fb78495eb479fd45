package dev.vls.drivers.virtio;

/**
 * A split virtqueue of {@code n} entries in guest memory (virtio 1.2, section 2.7), little-endian.
 *
 * <pre>
 * descriptor table, 16 bytes each      driver area (available ring)    device area (used ring)
 * offset  size  field                  offset   size  field            offset   size  field
 *      0     8  address                     0      2  flags                 0      2  flags
 *      8     4  length                      2      2  idx                   2      2  idx
 *     12     2  flags                   4+2*i      2  ring[i]           4+8*i      4  ring[i].id
 *     14     2  next                    4+2*n      2  used_event        8+8*i      4  ring[i].len
 *                                                                       4+8*n      2  avail_event
 * </pre>
 */
final class SplitQueueLayout {
  static final int DESCRIPTOR_BYTES = 16;
  static final int ADDRESS_OFFSET = 0;
  static final int LENGTH_OFFSET = 8;
  static final int FLAGS_OFFSET = 12;
  static final int NEXT_OFFSET = 14;

  static final int DESCRIPTOR_NEXT = 1;
  static final int DESCRIPTOR_WRITE = 2;
  static final int DESCRIPTOR_INDIRECT = 4;

  static final int RING_FLAGS_OFFSET = 0;
  static final int RING_INDEX_OFFSET = 2;
  static final int RING_OFFSET = 4;
  static final int AVAIL_ENTRY_BYTES = 2;
  static final int USED_ENTRY_BYTES = 8;
  static final int USED_LENGTH_OFFSET = 4;

  static final int AVAIL_NO_INTERRUPT = 1;

  static final int DESCRIPTOR_ALIGNMENT = 16;
  static final int AVAIL_ALIGNMENT = 2;
  static final int USED_ALIGNMENT = 4;

  private SplitQueueLayout() {}

  static int availBytes(int entries) {
    return RING_OFFSET + entries * AVAIL_ENTRY_BYTES + Short.BYTES;
  }

  static int usedBytes(int entries) {
    return RING_OFFSET + entries * USED_ENTRY_BYTES + Short.BYTES;
  }
}

package dev.vls.vmm.board;

/**
 * Offsets and values of a flattened device tree, version 17 (Devicetree Specification 0.4, chapter
 * 5). All words are big-endian.
 *
 * <pre>
 *  0  4  magic
 *  4  4  bytes of the whole
 *  8  4  offset of the structure block
 * 12  4  offset of the strings block
 * 16  4  offset of the memory reservations: pairs of 64-bit address and size up to a pair of zeros
 * 20  4  version
 * 24  4  the last version it is compatible with
 * 28  4  the hart that boots
 * 32  4  bytes of the strings block
 * 36  4  bytes of the structure block
 * </pre>
 *
 * <p>The structure block is a sequence of tokens, each at a multiple of 4: a node begins with its
 * name, NUL-terminated; a property has the bytes of its value, the offset of its name in the
 * strings block, and the value.
 */
final class DeviceTreeLayout {
  static final int MAGIC = 0;
  static final int MAGIC_VALUE = 0xd00d_feed;
  static final int TOTAL_BYTES = 4;
  static final int STRUCTURE = 8;
  static final int STRINGS = 12;
  static final int RESERVATIONS = 16;
  static final int VERSION = 20;
  static final int LAST_COMPATIBLE = 24;
  static final int BOOT_HART = 28;
  static final int STRINGS_BYTES = 32;
  static final int STRUCTURE_BYTES = 36;
  static final int HEADER_BYTES = 40;

  static final int VERSION_VALUE = 17;
  static final int LAST_COMPATIBLE_VALUE = 16;
  static final int RESERVATION_BYTES = 16;

  static final int BEGIN_NODE = 1;
  static final int END_NODE = 2;
  static final int PROP = 3;
  static final int NOP = 4;
  static final int END = 9;

  /** What a property has before its value: token, bytes of the value, offset of the name. */
  static final int PROP_BYTES = 12;

  private DeviceTreeLayout() {}
}

package dev.vls.vmm.board;

/**
 * Offsets and values of the headers that a RISC-V Linux kernel comes with (Linux,
 * Documentation/arch/riscv/boot-image-header.rst; PE/COFF; the EFI zboot header).
 *
 * <pre>
 * Image   8  8  text_offset: where it wants to be, from the start of RAM
 *        16  8  image_size: bytes in memory, zeroed data behind the file included
 *        24  8  flags: bit 0 big-endian
 *        56  4  magic2, "RSC" 5
 *        60  4  offset of the PE header, where it is an EFI program too
 * zboot   0  4  "MZ", 0, 0
 *         4  4  "zimg"
 *         8  4  offset of the compressed Image
 *        12  4  its compressed bytes
 *        24  .. name of the compression, NUL-terminated
 * PE      0  4  "PE", 0, 0
 *         6  2  number of sections
 *        20  2  bytes of the optional header, which begins at 24 and before the sections
 * section 16 4  bytes in the file
 *        20  4  their offset in the file
 * </pre>
 */
final class LinuxImageLayout {
  static final int HEADER_BYTES = 64;
  static final int TEXT_OFFSET = 8;
  static final int IMAGE_SIZE = 16;
  static final int FLAGS = 24;
  static final int FLAG_BIG_ENDIAN = 1;
  static final int MAGIC2 = 56;
  static final int MAGIC2_VALUE = 0x0543_5352;
  static final int PE_OFFSET = 60;

  static final int MZ_MAGIC = 0x5a4d;
  static final int ZBOOT_MAGIC = 4;
  static final int ZBOOT_MAGIC_VALUE = 0x676d_697a;
  static final int ZBOOT_PAYLOAD_OFFSET = 8;
  static final int ZBOOT_PAYLOAD_BYTES = 12;
  static final int ZBOOT_COMPRESSION = 24;
  static final int ZBOOT_COMPRESSION_BYTES = 32;

  static final int PE_MAGIC_VALUE = 0x4550;
  static final int PE_SECTIONS = 6;
  static final int PE_OPTIONAL_BYTES = 20;
  static final int PE_HEADER_BYTES = 24;
  static final int SECTION_BYTES = 40;
  static final int SECTION_FILE_BYTES = 16;
  static final int SECTION_FILE_OFFSET = 20;

  private LinuxImageLayout() {}
}

package dev.vls.vmm.board;

import static dev.vls.vmm.board.LinuxImageLayout.FLAGS;
import static dev.vls.vmm.board.LinuxImageLayout.FLAG_BIG_ENDIAN;
import static dev.vls.vmm.board.LinuxImageLayout.HEADER_BYTES;
import static dev.vls.vmm.board.LinuxImageLayout.IMAGE_SIZE;
import static dev.vls.vmm.board.LinuxImageLayout.MAGIC2;
import static dev.vls.vmm.board.LinuxImageLayout.MAGIC2_VALUE;
import static dev.vls.vmm.board.LinuxImageLayout.MZ_MAGIC;
import static dev.vls.vmm.board.LinuxImageLayout.PE_HEADER_BYTES;
import static dev.vls.vmm.board.LinuxImageLayout.PE_MAGIC_VALUE;
import static dev.vls.vmm.board.LinuxImageLayout.PE_OFFSET;
import static dev.vls.vmm.board.LinuxImageLayout.PE_OPTIONAL_BYTES;
import static dev.vls.vmm.board.LinuxImageLayout.PE_SECTIONS;
import static dev.vls.vmm.board.LinuxImageLayout.SECTION_BYTES;
import static dev.vls.vmm.board.LinuxImageLayout.SECTION_FILE_BYTES;
import static dev.vls.vmm.board.LinuxImageLayout.SECTION_FILE_OFFSET;
import static dev.vls.vmm.board.LinuxImageLayout.TEXT_OFFSET;
import static dev.vls.vmm.board.LinuxImageLayout.ZBOOT_COMPRESSION;
import static dev.vls.vmm.board.LinuxImageLayout.ZBOOT_COMPRESSION_BYTES;
import static dev.vls.vmm.board.LinuxImageLayout.ZBOOT_MAGIC;
import static dev.vls.vmm.board.LinuxImageLayout.ZBOOT_MAGIC_VALUE;
import static dev.vls.vmm.board.LinuxImageLayout.ZBOOT_PAYLOAD_BYTES;
import static dev.vls.vmm.board.LinuxImageLayout.ZBOOT_PAYLOAD_OFFSET;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads the header of a RISC-V Linux Image, and unpacks one, from a file that nobody vouches for.
 */
final class LinuxImageReader {
  private static final long ALIGNMENT = 2L << 20;

  private final ByteBuffer file;

  private LinuxImageReader(byte[] file) {
    this.file = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Returns the file without its wrapping: gzip, or EFI zboot around gzip; any other file as it is.
   *
   * @param limit most bytes that it may unpack to
   */
  static byte[] unpack(byte[] file, long limit) throws ImageException {
    if (Gzip.is(file, 0)) {
      return Gzip.unpack("the image", file, 0, file.length, limit);
    }
    LinuxImageReader reader = new LinuxImageReader(file);
    return reader.isZboot() ? reader.unpackZboot(limit) : file;
  }

  /** Returns whether the file is a RISC-V Linux Image. */
  static boolean isImage(byte[] file) {
    return file.length >= HEADER_BYTES
        && new LinuxImageReader(file).file.getInt(MAGIC2) == MAGIC2_VALUE;
  }

  /** Checks the header and that the file is whole, and returns a reader. */
  static LinuxImageReader open(byte[] file) throws ImageException {
    LinuxImageReader reader = new LinuxImageReader(file);
    reader.checkHeader();
    reader.checkSections();
    return reader;
  }

  /** Returns where the Image wants to be, in bytes from the start of RAM; a multiple of 2 MiB. */
  long textOffset() {
    return file.getLong(TEXT_OFFSET);
  }

  /** Returns how many bytes of memory the Image takes, at least those of the file. */
  long memoryBytes() {
    return Math.max(file.getLong(IMAGE_SIZE), file.capacity());
  }

  private void checkHeader() throws ImageException {
    if ((file.getLong(FLAGS) & FLAG_BIG_ENDIAN) != 0) {
      throw new ImageException("the kernel is big-endian, and this machine is little-endian");
    }
    long offset = textOffset();
    long size = file.getLong(IMAGE_SIZE);
    if (offset < 0 || offset % ALIGNMENT != 0 || size < 0) {
      throw new ImageException(
          "the kernel's header asks for "
              + Long.toUnsignedString(size)
              + " bytes at 0x"
              + Long.toHexString(offset)
              + " from the start of RAM, expected a multiple of 2 MiB; the file is damaged, copy it"
              + " again");
    }
  }

  /** An Image with an EFI stub says where its last section ends, so a cut one is noticed. */
  private void checkSections() throws ImageException {
    if ((file.getShort(0) & 0xffff) != MZ_MAGIC) {
      return;
    }
    long header = file.getInt(PE_OFFSET) & 0xffff_ffffL;
    require(header + PE_HEADER_BYTES);
    int at = (int) header;
    if (file.getInt(at) != PE_MAGIC_VALUE) {
      throw new ImageException(
          "the kernel's EFI header is damaged: there is no PE header at 0x"
              + Long.toHexString(header)
              + "; copy it again");
    }
    int sections = file.getShort(at + PE_SECTIONS) & 0xffff;
    long table = header + PE_HEADER_BYTES + (file.getShort(at + PE_OPTIONAL_BYTES) & 0xffff);
    require(table + (long) sections * SECTION_BYTES);
    for (int i = 0; i < sections; i++) {
      int section = (int) table + i * SECTION_BYTES;
      long bytes = file.getInt(section + SECTION_FILE_BYTES) & 0xffff_ffffL;
      require((file.getInt(section + SECTION_FILE_OFFSET) & 0xffff_ffffL) + bytes);
    }
  }

  private void require(long end) throws ImageException {
    if (end > file.capacity()) {
      throw new ImageException(
          "the kernel ends after "
              + file.capacity()
              + " bytes, and its header says "
              + end
              + "; it was cut, copy it again");
    }
  }

  private boolean isZboot() {
    return file.capacity() >= HEADER_BYTES
        && (file.getShort(0) & 0xffff) == MZ_MAGIC
        && file.getInt(ZBOOT_MAGIC) == ZBOOT_MAGIC_VALUE;
  }

  private byte[] unpackZboot(long limit) throws ImageException {
    byte[] name = new byte[ZBOOT_COMPRESSION_BYTES];
    file.get(ZBOOT_COMPRESSION, name);
    String compression = new String(name, StandardCharsets.ISO_8859_1).split("\0", 2)[0];
    long offset = file.getInt(ZBOOT_PAYLOAD_OFFSET) & 0xffff_ffffL;
    long bytes = file.getInt(ZBOOT_PAYLOAD_BYTES) & 0xffff_ffffL;
    require(offset + bytes);
    if (!compression.equals("gzip") || !Gzip.is(file.array(), (int) offset)) {
      throw new ImageException(
          "the kernel is an EFI zboot image packed with '"
              + compression.replaceAll("[^ -~]", "?")
              + "', and only gzip is unpacked here; unpack it first");
    }
    return Gzip.unpack("the kernel", file.array(), (int) offset, (int) bytes, limit);
  }
}

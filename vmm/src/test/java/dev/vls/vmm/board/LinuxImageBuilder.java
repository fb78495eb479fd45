package dev.vls.vmm.board;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/** Makes files with the headers of a RISC-V Linux Image; their code is zeros. */
final class LinuxImageBuilder {
  static final int FILE_BYTES = 0x3000;

  private static final int PE = 64;
  private static final int SECTION = PE + LinuxImageLayout.PE_HEADER_BYTES + 16;

  private LinuxImageBuilder() {}

  /** Returns an Image with an EFI stub whose only section ends at the end of the file. */
  static byte[] image(long textOffset, long imageSize) {
    ByteBuffer file = ByteBuffer.allocate(FILE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    file.putShort(0, (short) LinuxImageLayout.MZ_MAGIC);
    file.putLong(LinuxImageLayout.TEXT_OFFSET, textOffset);
    file.putLong(LinuxImageLayout.IMAGE_SIZE, imageSize);
    file.putInt(LinuxImageLayout.MAGIC2, LinuxImageLayout.MAGIC2_VALUE);
    file.putInt(LinuxImageLayout.PE_OFFSET, PE);
    file.putInt(PE, LinuxImageLayout.PE_MAGIC_VALUE);
    file.putShort(PE + LinuxImageLayout.PE_SECTIONS, (short) 1);
    file.putShort(PE + LinuxImageLayout.PE_OPTIONAL_BYTES, (short) 16);
    file.putInt(SECTION + LinuxImageLayout.SECTION_FILE_BYTES, FILE_BYTES - 0x1000);
    file.putInt(SECTION + LinuxImageLayout.SECTION_FILE_OFFSET, 0x1000);
    file.put(FILE_BYTES - 1, (byte) 0x5a);
    return file.array();
  }

  static byte[] gzip(byte[] content) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  /** Returns an EFI zboot image around {@code packed}. */
  static byte[] zboot(byte[] packed, String compression) {
    int offset = 128;
    ByteBuffer file = ByteBuffer.allocate(offset + packed.length + 9);
    file.order(ByteOrder.LITTLE_ENDIAN).putShort(0, (short) LinuxImageLayout.MZ_MAGIC);
    file.putInt(LinuxImageLayout.ZBOOT_MAGIC, LinuxImageLayout.ZBOOT_MAGIC_VALUE);
    file.putInt(LinuxImageLayout.ZBOOT_PAYLOAD_OFFSET, offset);
    file.putInt(LinuxImageLayout.ZBOOT_PAYLOAD_BYTES, packed.length);
    byte[] name = compression.getBytes(StandardCharsets.ISO_8859_1);
    file.put(LinuxImageLayout.ZBOOT_COMPRESSION, name).put(offset, packed);
    return file.array();
  }

  /** Returns one entry of a cpio archive. */
  static byte[] cpio(String name, byte[] content) {
    StringBuilder header = new StringBuilder("070701");
    for (int field = 0; field < 13; field++) {
      int value = field == 6 ? content.length : field == 11 ? name.length() + 1 : 0;
      header.append("%08X".formatted(value));
    }
    ByteArrayOutputStream entry = new ByteArrayOutputStream();
    entry.writeBytes(header.append(name).append('\0').toString().getBytes(StandardCharsets.UTF_8));
    pad(entry);
    entry.writeBytes(content);
    pad(entry);
    return entry.toByteArray();
  }

  /** Returns an archive with one file. */
  static byte[] archive() {
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    archive.writeBytes(cpio("init", new byte[] {1, 2, 3, 4, 5}));
    archive.writeBytes(cpio("TRAILER!!!", new byte[0]));
    return archive.toByteArray();
  }

  private static void pad(ByteArrayOutputStream out) {
    while (out.size() % 4 != 0) {
      out.write(0);
    }
  }
}

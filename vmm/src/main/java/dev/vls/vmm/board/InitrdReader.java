package dev.vls.vmm.board;

import java.nio.charset.StandardCharsets;

/**
 * Checks an initial RAM disk that nobody vouches for, as far as that can be told from outside: a
 * gzip file must be whole and fit RAM, a cpio archive in the newc format must reach its trailer.
 *
 * <p>Anything else is the kernel's business.
 */
final class InitrdReader {
  private static final String NEWC = "070701";
  private static final String NEWC_WITH_CHECKSUMS = "070702";
  private static final String TRAILER = "TRAILER!!!";
  private static final int HEADER_BYTES = 110;
  private static final int MAGIC_BYTES = 6;
  private static final int FIELD_BYTES = 8;
  private static final int SIZE_FIELD = 6;
  private static final int NAME_FIELD = 11;

  private final byte[] file;

  private InitrdReader(byte[] file) {
    this.file = file;
  }

  /**
   * Checks the file.
   *
   * @param limit bytes of RAM
   * @throws ImageException if it is empty, cut or damaged
   */
  static void check(byte[] file, long limit) throws ImageException {
    if (file.length == 0) {
      throw new ImageException("the initrd is empty; leave --initrd out to boot without one");
    }
    if (Gzip.is(file, 0)) {
      Gzip.size("the initrd", file, 0, file.length, limit);
    } else if (file.length >= MAGIC_BYTES && isNewc(text(file, 0, MAGIC_BYTES))) {
      new InitrdReader(file).walk();
    }
  }

  private static boolean isNewc(String magic) {
    return magic.equals(NEWC) || magic.equals(NEWC_WITH_CHECKSUMS);
  }

  private void walk() throws ImageException {
    long at = 0;
    String name = "";
    while (!name.equals(TRAILER)) {
      require(at + HEADER_BYTES);
      if (!isNewc(text(file, (int) at, MAGIC_BYTES))) {
        throw damaged(at);
      }
      long content = aligned(at + HEADER_BYTES + field(at, NAME_FIELD));
      require(content);
      name = name((int) at, (int) field(at, NAME_FIELD));
      at = aligned(content + field(at, SIZE_FIELD));
    }
  }

  private String name(int entry, int bytes) {
    return bytes == 0 ? "" : text(file, entry + HEADER_BYTES, bytes - 1);
  }

  private long field(long entry, int field) throws ImageException {
    String digits = text(file, (int) entry + MAGIC_BYTES + field * FIELD_BYTES, FIELD_BYTES);
    try {
      return Integer.parseUnsignedInt(digits, 16) & 0xffff_ffffL;
    } catch (NumberFormatException e) {
      throw damaged(entry);
    }
  }

  private void require(long end) throws ImageException {
    if (end > file.length) {
      throw new ImageException(
          "the initrd is a cpio archive that ends after "
              + file.length
              + " bytes without its trailer; it was cut, make or copy it again");
    }
  }

  private static ImageException damaged(long at) {
    return new ImageException(
        "the initrd is a cpio archive with a damaged header at byte "
            + at
            + "; make or copy it again");
  }

  private static long aligned(long offset) {
    return (offset + 3) & -4L;
  }

  private static String text(byte[] file, int offset, int length) {
    return new String(file, offset, length, StandardCharsets.ISO_8859_1);
  }
}

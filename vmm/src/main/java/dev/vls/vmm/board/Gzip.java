package dev.vls.vmm.board;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;

/** Unpacks gzip from files that nobody vouches for: nothing is kept before its size is known. */
final class Gzip {
  private static final int MAGIC = 0x8b1f;
  private static final int CHUNK_BYTES = 1 << 16;

  private Gzip() {}

  /** Returns whether gzip data begin at {@code offset}. */
  static boolean is(byte[] file, int offset) {
    return offset + 2 <= file.length
        && ((file[offset] & 0xff) | (file[offset + 1] & 0xff) << 8) == MAGIC;
  }

  /**
   * Returns how many bytes the data unpack to.
   *
   * @param what names the file in messages
   * @param limit most that is permitted
   * @throws ImageException if they are damaged, cut, or unpack to more
   */
  static long size(String what, byte[] file, int offset, int length, long limit)
      throws ImageException {
    byte[] chunk = new byte[CHUNK_BYTES];
    long size = 0;
    try (GZIPInputStream in = open(file, offset, length)) {
      for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
        size += count;
        if (size > limit) {
          throw new ImageException(
              what
                  + " unpacks to more than "
                  + limit
                  + " bytes, and RAM has no room for that; give the guest more RAM");
        }
      }
      return size;
    } catch (IOException e) {
      throw damaged(what, e);
    }
  }

  /** Returns the unpacked data; as {@link #size}. */
  static byte[] unpack(String what, byte[] file, int offset, int length, long limit)
      throws ImageException {
    byte[] content = new byte[(int) size(what, file, offset, length, limit)];
    try (GZIPInputStream in = open(file, offset, length)) {
      if (in.readNBytes(content, 0, content.length) == content.length) {
        return content;
      }
      throw new IllegalStateException("the same data unpack to the same size");
    } catch (IOException e) {
      throw damaged(what, e);
    }
  }

  private static GZIPInputStream open(byte[] file, int offset, int length) throws IOException {
    return new GZIPInputStream(new ByteArrayInputStream(file, offset, length), CHUNK_BYTES);
  }

  private static ImageException damaged(String what, IOException e) {
    return new ImageException(
        what
            + " is compressed with gzip and is cut or damaged ("
            + e.getMessage()
            + "); copy it again");
  }
}

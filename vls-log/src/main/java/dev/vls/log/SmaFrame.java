package dev.vls.log;

import java.util.List;
import java.util.Objects;

/**
 * The stores of one SMA program (DESIGN section 3).
 *
 * @param channel which channel; for statistics only; an unsigned 32-bit number
 * @param vectors stores, in order
 */
public record SmaFrame(int channel, List<IoVector> vectors) {
  /** Copies the list. */
  public SmaFrame {
    vectors = List.copyOf(vectors);
  }

  /**
   * Bytes for one range of one machine frame.
   *
   * @param frame machine frame number, never negative
   * @param offset of the first byte inside the frame, 0 to 4095
   * @param content the bytes, or where they are found; they do not leave the frame
   */
  public record IoVector(int frame, int offset, Content content) {
    /** Checks that the range lies inside one frame. */
    public IoVector {
      FrameUpdate.checkRange(frame, offset, content.length());
    }
  }

  /** What a vector stores. */
  public sealed interface Content {
    /** Returns the number of bytes. */
    int length();
  }

  /**
   * The bytes themselves.
   *
   * @param bytes at most 4096
   */
  public record Inline(Bytes bytes) implements Content {
    /** Checks that there is something. */
    public Inline {
      Objects.requireNonNull(bytes, "bytes");
    }

    @Override
    public int length() {
      return bytes.length();
    }
  }

  /**
   * Bytes that replay can regenerate or fetch.
   *
   * @param source which source; what the number means is configuration
   * @param sourceOffset of the first byte in the source, never negative
   * @param length 0 to 4096
   * @param sha256 of the bytes
   */
  public record Reference(int source, long sourceOffset, int length, Sha256 sha256)
      implements Content {
    /** Checks that the offset is not negative and the hash is there. */
    public Reference {
      if (sourceOffset < 0 || !sha256.isPresent()) {
        throw new IllegalArgumentException(
            "a reference needs an offset of at least 0 and a hash, found "
                + sourceOffset
                + " and "
                + sha256);
      }
    }
  }
}

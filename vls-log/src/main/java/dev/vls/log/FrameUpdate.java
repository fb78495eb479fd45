package dev.vls.log;

/**
 * A store into one of the VMM's machine frames.
 *
 * @param frame machine frame number, never negative
 * @param offset of the first byte inside the frame, 0 to 4095
 * @param bytes what is stored; they do not leave the frame
 */
public record FrameUpdate(int frame, int offset, Bytes bytes) {
  /** Bytes in a machine frame. */
  public static final int FRAME_BYTES = 4096;

  /** Checks that the range lies inside one frame. */
  public FrameUpdate {
    checkRange(frame, offset, bytes.length());
  }

  static void checkRange(int frame, int offset, int length) {
    if (frame < 0 || offset < 0 || length < 0 || offset > FRAME_BYTES - length) {
      throw new IllegalArgumentException(
          length + " bytes at offset " + offset + " of machine frame " + frame + " leave it");
    }
  }
}

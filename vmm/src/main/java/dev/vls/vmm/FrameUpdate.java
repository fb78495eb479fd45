package dev.vls.vmm;

import dev.vls.vmm.memory.GuestMemory;
import java.util.Objects;

/**
 * The one kind of change that outside makes to the inside: bytes at an offset of a machine frame
 * (DESIGN section 3).
 *
 * @param frame machine frame number, see {@link GuestMemory}
 * @param offset byte offset inside the frame
 * @param bytes what to store; owned by this record from here on, never modified
 */
public record FrameUpdate(int frame, int offset, byte[] bytes) {
  /** Checks that the bytes lie inside one frame. */
  public FrameUpdate {
    Objects.requireNonNull(bytes, "bytes");
    if (frame < 0 || offset < 0 || offset > GuestMemory.FRAME_BYTES - bytes.length) {
      throw new IllegalArgumentException(
          "update of "
              + bytes.length
              + " bytes at offset "
              + offset
              + " of frame "
              + frame
              + " leaves the frame");
    }
  }
}

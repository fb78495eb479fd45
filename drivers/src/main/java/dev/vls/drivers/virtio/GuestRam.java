package dev.vls.drivers.virtio;

import dev.vls.drivers.ring.Stretch;
import dev.vls.sma.Loan;
import dev.vls.vmm.memory.GuestMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * RAM by guest-physical address, as a device with direct memory access sees it. Frames of the VMM
 * are out of reach, even where the guest has mapped them. Addresses are the guest's, hostile; the
 * map may change between two calls. Domain's thread.
 */
final class GuestRam {
  private static final long OFFSET_MASK = GuestMemory.FRAME_BYTES - 1L;

  private final GuestMemory memory;
  private final byte[] word = new byte[Long.BYTES];
  private final ByteBuffer wordBuffer = ByteBuffer.wrap(word).order(ByteOrder.LITTLE_ENDIAN);

  GuestRam(GuestMemory memory) {
    this.memory = memory;
  }

  /** Returns whether all bytes are RAM. */
  boolean covers(long address, long bytes) {
    if (bytes < 0 || address < 0 || address > Long.MAX_VALUE - bytes) {
      return false;
    }
    for (long at = address; at < address + bytes; at = nextPage(at)) {
      if (frame(at) < 0) {
        return false;
      }
    }
    return true;
  }

  private static long nextPage(long address) {
    return (address & ~OFFSET_MASK) + GuestMemory.FRAME_BYTES;
  }

  /** Returns the RAM frame that an address lies in, or a negative number. */
  private int frame(long address) {
    int frame = memory.frameOf(address >>> GuestMemory.FRAME_SHIFT);
    return frame < memory.ramFrames() ? frame : GuestMemory.NO_FRAME;
  }

  private static int offset(long address) {
    return (int) (address & OFFSET_MASK);
  }

  private static int part(long address, long bytes) {
    return (int) Math.min(bytes, GuestMemory.FRAME_BYTES - (address & OFFSET_MASK));
  }

  /**
   * Copies bytes out.
   *
   * @return false if not all of them are RAM; then {@code target} holds anything
   */
  boolean read(long address, byte[] target, int at, int length) {
    for (int done = 0; done < length; ) {
      int part = part(address + done, length - done);
      int frame = frame(address + done);
      if (frame < 0) {
        return false;
      }
      memory.read(frame, offset(address + done), target, at + done, part);
      done += part;
    }
    return true;
  }

  /** Copies bytes in, up to the first that is not RAM; returns whether all were. */
  boolean write(long address, byte[] source, int at, int length) {
    for (int done = 0; done < length; ) {
      int part = part(address + done, length - done);
      int frame = frame(address + done);
      if (frame < 0) {
        return false;
      }
      memory.write(frame, offset(address + done), source, at + done, part);
      done += part;
    }
    return true;
  }

  /** Reads a naturally aligned word of 2, 4 or 8 bytes, zero-extended; 0 where there is no RAM. */
  long word(long address, int bytes) {
    wordBuffer.putLong(0, 0);
    return read(address, word, 0, bytes) ? wordBuffer.getLong(0) : 0;
  }

  /** Stores the low {@code bytes} bytes; returns whether there is RAM. */
  boolean word(long address, int bytes, long value) {
    wordBuffer.putLong(0, value);
    return write(address, word, 0, bytes);
  }

  /**
   * Adds the pages of a range to {@code stretches}.
   *
   * @param loan under which a back-end may store to them
   * @return false if not all of it is RAM
   */
  boolean lend(long loan, long address, int length, List<Stretch> stretches) {
    for (int done = 0; done < length; ) {
      int part = part(address + done, length - done);
      int frame = frame(address + done);
      if (frame < 0) {
        return false;
      }
      int offset = offset(address + done);
      stretches.add(new Stretch(new Loan(loan, frame, offset, part), offset, part));
      done += part;
    }
    return true;
  }
}

package dev.vls.drivers;

import dev.vls.vmm.StateSink;
import java.util.zip.CRC32;

/** The state of something as one number, for tests that compare. */
public final class StateBytes implements StateSink {
  private final CRC32 crc = new CRC32();

  /** Returns the number of what {@code parts} have written, one after the other. */
  public static long of(Stateful... parts) {
    StateBytes bytes = new StateBytes();
    for (Stateful part : parts) {
      part.save(bytes);
    }
    return bytes.crc.getValue();
  }

  @Override
  public void word(long value) {
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      crc.update((int) (value >>> shift) & 0xff);
    }
  }

  @Override
  public void bytes(byte[] source, int offset, int length) {
    crc.update(source, offset, length);
  }
}

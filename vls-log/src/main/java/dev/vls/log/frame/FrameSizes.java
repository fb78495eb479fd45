package dev.vls.log.frame;

import dev.vls.log.BrkFrame;
import dev.vls.log.SmaFrame;

/** Octets that frames take in a log, framing included; for statistics. */
public final class FrameSizes {
  private FrameSizes() {}

  /** Returns the octets of an SMA frame. */
  public static int sma(SmaFrame frame) {
    return SmaCodec.size(frame) + FrameLayout.OVERHEAD_BYTES;
  }

  /** Returns the octets of a BRK frame. */
  public static int brk(BrkFrame frame) {
    return BrkCodec.size(frame) + FrameLayout.OVERHEAD_BYTES;
  }
}

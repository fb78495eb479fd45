package dev.vls.log.store;

import dev.vls.log.frame.EventDecoder;
import dev.vls.log.frame.FrameLayout;
import java.io.IOException;

/**
 * Looks behind a bad frame for a good one: if there is one, octets in the middle have changed; if
 * not, the writer died here. Bounded in the octets it looks at and in those it sums up, so that a
 * hostile file cannot make it slow.
 */
final class ResumeSearch {
  private static final int WINDOW_BYTES = 2 * FrameLayout.MAX_PAYLOAD_BYTES;
  private static final long WORK_BYTES = 64L << 20;

  private ResumeSearch() {}

  static boolean find(SegmentReader reader, EventDecoder decoder) throws IOException {
    if (reader.offset() >= reader.limit()) {
      return false;
    }
    byte[] octets = reader.peek(reader.offset(), WINDOW_BYTES);
    long work = 0;
    for (int at = 1; at + FrameLayout.OVERHEAD_BYTES <= octets.length; at++) {
      int type = FrameLayout.type(octets, at);
      int length = FrameLayout.payloadLength(octets, at) + FrameLayout.OVERHEAD_BYTES;
      if (type < FrameLayout.SMA || type > FrameLayout.SEAL || length > octets.length - at) {
        continue;
      }
      if (decoder.resumesAt(octets, at, length)) {
        return true;
      }
      work += 2L * length;
      if (work > WORK_BYTES) {
        return false;
      }
    }
    return false;
  }
}

package dev.vls.drivers.share;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The result by which a back-end completes a request of the share, little-endian.
 *
 * <pre>
 * offset  size  field
 *      0     4  error, 0 if there is none
 *      4     4  how many octets were stored in the request's room; of a walk how many names were found
 *      8    13  qid of the place, as 9P has it
 * </pre>
 */
final class AnswerLayout {
  static final int ERROR_OFFSET = 0;
  static final int COUNT_OFFSET = 4;
  static final int QID_OFFSET = 8;
  static final int BYTES = QID_OFFSET + NinePLayout.QID_BYTES;

  private AnswerLayout() {}

  static byte[] error(int errno) {
    return little(BYTES).putInt(ERROR_OFFSET, errno).array();
  }

  static byte[] answer(int count, Qid qid) {
    ByteBuffer result = little(BYTES).putInt(0).putInt(count);
    qid.put(result);
    return bytes(result);
  }

  /** Returns what has been put into a buffer. */
  static byte[] bytes(ByteBuffer filled) {
    byte[] bytes = new byte[filled.position()];
    filled.get(0, bytes);
    return bytes;
  }

  static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}

package dev.vls.log.wire;

import dev.vls.log.frame.FrameLayout;

/**
 * Messages on the stream (docs/wire.md).
 *
 * <pre>
 * offset  size  field
 *      0     3  length n of the payload
 *      3     1  type
 *      4     n  payload
 *    4+n     4  CRC-32C over the octets before it
 * </pre>
 */
final class WireLayout {
  static final int VERSION = 1;

  static final int HEADER_BYTES = FrameLayout.HEADER_BYTES;
  static final int CRC_BYTES = FrameLayout.CRC_BYTES;

  static final int HELLO = 32;
  static final int WELCOME = 33;
  static final int REFUSAL = 34;
  static final int IMAGE = 35;
  static final int EVENTS = 36;
  static final int ACK = 37;
  static final int PROGRESS = 38;
  static final int HEARTBEAT = 39;
  static final int BYE = 40;

  /** Octets of an image in one message, and octets of frames. */
  static final int CHUNK_BYTES = 1 << 20;

  private static final int TEXT_BYTES = 1 << 16;

  private WireLayout() {}

  /** Returns the largest payload of a type, or -1 if there is no such type. */
  static int maxPayload(int type) {
    return switch (type) {
      case HELLO, WELCOME -> 2 << 20;
      case REFUSAL, PROGRESS, BYE -> TEXT_BYTES;
      case IMAGE -> CHUNK_BYTES + 256;
      case EVENTS -> CHUNK_BYTES;
      case ACK -> 256;
      case HEARTBEAT -> 0;
      default -> -1;
    };
  }
}

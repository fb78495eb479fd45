package dev.vls.drivers.share;

import java.nio.ByteBuffer;

/**
 * The server's name of a file, which stays the same while the file is there.
 *
 * @param type QID_DIRECTORY, QID_LINK or QID_FILE, which is everything else
 * @param version changes when the file does
 * @param path tells files apart
 */
record Qid(int type, int version, long path) {
  static final Qid NONE = new Qid(0, 0, 0);

  /** Returns whether both name one file, changed or not. */
  boolean isSameFile(Qid other) {
    return path == other.path && type == other.type;
  }

  /** Adds it to a message. */
  void put(ByteBuffer message) {
    message.put((byte) type).putInt(version).putLong(path);
  }

  /** Takes it from a message, little-endian. */
  static Qid at(ByteBuffer message, int offset) {
    return new Qid(
        message.get(offset) & 0xff, message.getInt(offset + 1), message.getLong(offset + 5));
  }
}

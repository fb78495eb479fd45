package dev.vls.drivers.share;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/**
 * What the host knows of a file: a view of statx's answer, whose layout is the same on every
 * processor.
 *
 * <pre>
 * offset  size  field           offset  size  field
 *      4     4  blksize             64    16  atime: seconds[8], nanoseconds[4]
 *     16     4  nlink               80    16  btime
 *     20     4  uid                 96    16  ctime
 *     24     4  gid                112    16  mtime
 *     28     2  mode               128     8  rdev: major[4] minor[4]
 *     32     8  ino                136     8  dev: major[4] minor[4]
 *     40     8  size
 *     48     8  blocks
 * </pre>
 */
record Attributes(MemorySegment statx) {
  static final long BYTES = 256;

  private static final int TYPE_MASK = 0xf000;
  private static final int TYPE_DIRECTORY = 0x4000;
  private static final int TYPE_FILE = 0x8000;
  private static final int TYPE_LINK = 0xa000;
  private static final long ATIME = 64;
  private static final long BTIME = 80;
  private static final long CTIME = 96;
  private static final long MTIME = 112;

  private int i32(long offset) {
    return statx.get(ValueLayout.JAVA_INT, offset);
  }

  private long i64(long offset) {
    return statx.get(ValueLayout.JAVA_LONG, offset);
  }

  private int mode() {
    return statx.get(ValueLayout.JAVA_SHORT, 28) & 0xffff;
  }

  private int type() {
    return mode() & TYPE_MASK;
  }

  boolean isDirectory() {
    return type() == TYPE_DIRECTORY;
  }

  boolean isFile() {
    return type() == TYPE_FILE;
  }

  boolean isLink() {
    return type() == TYPE_LINK;
  }

  long inode() {
    return i64(32);
  }

  /** Returns which file system it is in. */
  long device() {
    return (long) i32(136) << Integer.SIZE | i32(140) & 0xffff_ffffL;
  }

  /** Returns the qid. */
  Qid qid(Identities identities) {
    int type =
        isDirectory()
            ? NinePLayout.QID_DIRECTORY
            : isLink() ? NinePLayout.QID_LINK : NinePLayout.QID_FILE;
    long changed = i64(MTIME) ^ (long) i32(MTIME + 8) << 12 ^ i64(40) << 8;
    return new Qid(type, Long.hashCode(changed), identities.of(device(), inode()));
  }

  /** Adds the body of Rgetattr. */
  void put(ByteBuffer message, Identities identities) {
    message.putLong(NinePLayout.ATTRIBUTES_BASIC | NinePLayout.ATTRIBUTES_BIRTH);
    qid(identities).put(message);
    message.putInt(mode()).putInt(i32(20)).putInt(i32(24)).putLong(i32(16));
    message.putLong(number(i32(128), i32(132))).putLong(i64(40)).putLong(i32(4)).putLong(i64(48));
    for (long time : new long[] {ATIME, MTIME, CTIME, BTIME}) {
      message.putLong(i64(time)).putLong(i32(time + 8));
    }
    message.putLong(0).putLong(0); // generation and version, which it does not know
  }

  /** Returns a device's number as Linux has it in its interfaces. */
  private static long number(int major, int minor) {
    return (minor & 0xffL | (long) major << 8 | (minor & ~0xffL) << 12) & 0xffff_ffffL;
  }

  /**
   * Tells files apart that may lie in several file systems.
   *
   * @param home the file system of the root, whose inode numbers are used as they are
   */
  record Identities(long home) {
    long of(long device, long inode) {
      return device == home ? inode : inode ^ Long.rotateLeft(device * 0x9e37_79b9_7f4a_7c15L, 17);
    }
  }
}

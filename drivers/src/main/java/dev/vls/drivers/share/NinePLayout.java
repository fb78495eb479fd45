package dev.vls.drivers.share;

/**
 * Messages of 9P2000.L, little-endian, and the virtio device that carries them (virtio 1.2, section
 * 5.17 and the Linux kernel's Documentation/filesystems/9p.rst name the protocol).
 *
 * <pre>
 * every message                     qid                        body of an answer
 * offset  size  field               offset  size  field        Rlerror   ecode[4]
 *      0     4  size, all of it          0     1  type         Rwalk     nwqid[2] nwqid * qid[13]
 *      4     1  type                     1     4  version      Rlopen    qid[13] iounit[4]
 *      5     2  tag                      5     8  path         Rread     count[4] data[count]
 *      7        body                                           Rreaddir  count[4] entries
 *
 * entry of a directory: qid[13] offset[8] type[1] name[s]; a string is its length[2] and its octets
 *
 * configuration space: tag_len[2] tag[tag_len]
 * </pre>
 *
 * <p>The answer to a message of type T has type T + 1.
 */
final class NinePLayout {
  static final int DEVICE_ID = 9;
  static final int FEATURE_MOUNT_TAG = 0;

  static final int SIZE_OFFSET = 0;
  static final int TYPE_OFFSET = 4;
  static final int TAG_OFFSET = 5;
  static final int HEADER_BYTES = 7;
  static final int NO_TAG = 0xffff;
  static final int NO_FID = -1;

  static final int QID_BYTES = 13;
  static final int QID_DIRECTORY = 0x80;
  static final int QID_LINK = 0x02;
  static final int QID_FILE = 0;

  static final int RLERROR = 7;
  static final int ERROR_BYTES = HEADER_BYTES + 4;

  static final int TSTATFS = 8;
  static final int TLOPEN = 12;
  static final int TLCREATE = 14;
  static final int TSYMLINK = 16;
  static final int TMKNOD = 18;
  static final int TRENAME = 20;
  static final int TREADLINK = 22;
  static final int TGETATTR = 24;
  static final int TSETATTR = 26;
  static final int TXATTRWALK = 30;
  static final int TXATTRCREATE = 32;
  static final int TREADDIR = 40;
  static final int TFSYNC = 50;
  static final int TLOCK = 52;
  static final int TGETLOCK = 54;
  static final int TLINK = 70;
  static final int TMKDIR = 72;
  static final int TRENAMEAT = 74;
  static final int TUNLINKAT = 76;
  static final int TVERSION = 100;
  static final int TAUTH = 102;
  static final int TATTACH = 104;
  static final int TFLUSH = 108;
  static final int TWALK = 110;
  static final int TREAD = 116;
  static final int TWRITE = 118;
  static final int TCLUNK = 120;
  static final int TREMOVE = 122;

  static final String VERSION = "9P2000.L";
  static final String UNKNOWN_VERSION = "unknown";

  /** Most names of a walk. */
  static final int MAX_NAMES = 16;

  /** Bits of an open's flags that only read: which of the others are refused. */
  static final int OPEN_WRITING = 0x3 | 0x40 | 0x200;

  static final int STATFS_BYTES = 60;
  static final int ATTRIBUTES_BYTES = 153;
  static final long ATTRIBUTES_BASIC = 0x7ff;
  static final long ATTRIBUTES_BIRTH = 0x800;
  static final int ENTRY_BYTES = QID_BYTES + 8 + 1 + 2;
  static final int LOCK_UNLOCKED = 2;

  private NinePLayout() {}
}

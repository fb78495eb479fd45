package dev.vls.drivers.share;

/** Error numbers of Linux, which are what 9P2000.L answers with. */
final class Errno {
  static final int ENOENT = 2;
  static final int EIO = 5;
  static final int EBADF = 9;
  static final int EISDIR = 21;
  static final int ENOTDIR = 20;
  static final int EINVAL = 22;
  static final int ENFILE = 23;
  static final int EROFS = 30;
  static final int ENAMETOOLONG = 36;
  static final int ELOOP = 40;
  static final int EPROTO = 71;
  static final int EMSGSIZE = 90;
  static final int EOPNOTSUPP = 95;
  static final int ESTALE = 116;

  /** Highest number that Linux takes for an error. */
  static final int MAX = 4095;

  private Errno() {}
}

package dev.vls.vmm.xen;

/** {@code GNTST_*}: status of one element of a grant operation. */
public final class GrantStatus {
  /** Done. */
  public static final int OKAY = 0;

  /** Undefined error; also an entry that does not permit the access. */
  public static final int GENERAL_ERROR = -1;

  /** Unknown domain. */
  public static final int BAD_DOMAIN = -2;

  /** Unknown or unusable grant reference. */
  public static final int BAD_GNTREF = -3;

  /** Unknown map handle. */
  public static final int BAD_HANDLE = -4;

  /** Address that cannot be mapped or written. */
  public static final int BAD_VIRT_ADDR = -5;

  /** No space in the map track table. */
  public static final int NO_DEVICE_SPACE = -7;

  /** Not allowed to the caller. */
  public static final int PERMISSION_DENIED = -8;

  /** The frame is not an ordinary page of its domain. */
  public static final int BAD_PAGE = -9;

  /** A copy leaves its page. */
  public static final int BAD_COPY_ARG = -10;

  /** In use: try again later. */
  public static final int EAGAIN = -12;

  private GrantStatus() {}
}

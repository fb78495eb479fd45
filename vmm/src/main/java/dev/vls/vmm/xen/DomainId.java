package dev.vls.vmm.xen;

/** Domain ids of the ABI, 16 bits each, and the two domains of this machine. */
public final class DomainId {
  /** The host, on whose behalf back-ends act. */
  public static final int HOST = 0;

  /** The one guest. */
  public static final int GUEST = 1;

  /** The caller, whoever it is ({@code DOMID_SELF}). */
  public static final int SELF = 0x7FF0;

  private DomainId() {}

  /** Returns whether {@code domain} names the guest, by number or as the caller. */
  static boolean isGuest(int domain) {
    return domain == SELF || domain == GUEST;
  }

  /**
   * Returns what an operation that only works on the caller answers when it names {@code domain}: 0
   * for the guest, -EPERM for the host, which it may not control, -ESRCH for any other.
   */
  static int requireGuest(int domain) {
    if (isGuest(domain)) {
      return 0;
    }
    return domain == HOST ? -Errno.EPERM : -Errno.ESRCH;
  }
}

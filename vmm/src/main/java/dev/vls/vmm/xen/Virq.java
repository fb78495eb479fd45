package dev.vls.vmm.xen;

/**
 * Virtual interrupts: their classes (xen.md 3.4). The host raises none (docs/xen-abi.md); guests
 * may bind those that are theirs.
 */
final class Virq {
  static final int TIMER = 0;
  static final int DEBUG = 1;
  static final int XENOPROF = 7;
  static final int ARGO = 11;
  static final int XENPMU = 13;

  /** Numbers are below this. */
  static final int COUNT = 24;

  private Virq() {}

  /** Returns whether every vCPU has its own. */
  static boolean isPerVcpu(int virq) {
    return virq == TIMER || virq == DEBUG || virq == XENOPROF || virq == XENPMU;
  }

  /** Returns the negative errno that refuses a binding whatever is bound already, or 0. */
  static int refusal(int virq, int vcpu) {
    if (virq < 0 || virq >= COUNT || !isPerVcpu(virq) && vcpu != 0) {
      return -Errno.EINVAL;
    }
    // A global one belongs to the host, the hardware domain.
    return isPerVcpu(virq) || virq == ARGO ? 0 : -Errno.EBUSY;
  }
}

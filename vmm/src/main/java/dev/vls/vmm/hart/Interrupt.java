package dev.vls.vmm.hart;

/** Interrupt numbers: bit positions in mip and mie, exception codes in xcause. */
public final class Interrupt {
  /** Supervisor software interrupt. */
  public static final int SSI = 1;

  /** Machine software interrupt. */
  public static final int MSI = 3;

  /** Supervisor timer interrupt. */
  public static final int STI = 5;

  /** Machine timer interrupt. */
  public static final int MTI = 7;

  /** Supervisor external interrupt. */
  public static final int SEI = 9;

  /** Machine external interrupt. */
  public static final int MEI = 11;

  /** Event-channel upcall, in the range for custom use; always delegated to S-mode. */
  public static final int UPCALL = 24;

  /** Interrupts that S-mode can be given. */
  static final long SUPERVISOR = 1L << SSI | 1L << STI | 1L << SEI | 1L << UPCALL;

  /** All that exist. */
  static final long ALL = SUPERVISOR | 1L << MSI | 1L << MTI | 1L << MEI;

  private static final int[] BY_PRIORITY = {MEI, MSI, MTI, SEI, SSI, STI, UPCALL};

  private Interrupt() {}

  /**
   * Returns the one that is taken first of the non-empty set {@code pending} (privileged spec
   * 3.1.9; UPCALL last).
   */
  static int first(long pending) {
    for (int interrupt : BY_PRIORITY) {
      if ((pending >>> interrupt & 1) != 0) {
        return interrupt;
      }
    }
    throw new IllegalArgumentException("no known interrupt in " + Long.toHexString(pending));
  }
}

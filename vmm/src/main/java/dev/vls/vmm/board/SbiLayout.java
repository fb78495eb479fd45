package dev.vls.vmm.board;

/** Numbers of the RISC-V Supervisor Binary Interface 2.0: extensions, errors, reset types. */
final class SbiLayout {
  static final long SPEC_VERSION_2_0 = 2L << 24;

  /** Our implementation id, not registered with anyone: the letters VLS. */
  static final long IMPLEMENTATION_ID = 0x56_4c53;

  static final long IMPLEMENTATION_VERSION = 1;

  static final long LEGACY_SET_TIMER = 0;
  static final long LEGACY_PUTCHAR = 1;
  static final long LEGACY_GETCHAR = 2;
  static final long LEGACY_CLEAR_IPI = 3;
  static final long LEGACY_SEND_IPI = 4;
  static final long LEGACY_FENCE_I = 5;
  static final long LEGACY_SFENCE_VMA = 6;
  static final long LEGACY_SFENCE_VMA_ASID = 7;
  static final long LEGACY_SHUTDOWN = 8;
  static final long BASE = 0x10;
  static final long TIME = 0x5449_4d45;
  static final long IPI = 0x73_5049;
  static final long RFENCE = 0x5246_4e43;
  static final long HSM = 0x48_534d;
  static final long SRST = 0x5352_5354;
  static final long DBCN = 0x4442_434e;

  /** Hypercalls of the Xen ABI, in the experimental range. */
  static final long HYPERCALL = 0x0856_4c53;

  static final long SUCCESS = 0;
  static final long ERR_FAILED = -1;
  static final long ERR_NOT_SUPPORTED = -2;
  static final long ERR_INVALID_PARAM = -3;
  static final long ERR_DENIED = -4;
  static final long ERR_INVALID_ADDRESS = -5;
  static final long ERR_ALREADY_AVAILABLE = -6;

  static final long HART_STARTED = 0;
  static final long HART_STOPPED = 1;

  static final int SUSPEND_RETENTIVE = 0;
  static final int SUSPEND_NON_RETENTIVE = 0x8000_0000;

  static final int RESET_SHUTDOWN = 0;
  static final int RESET_COLD = 1;
  static final int RESET_WARM = 2;
  static final int REASON_NONE = 0;
  static final int REASON_FAILURE = 1;

  private SbiLayout() {}
}

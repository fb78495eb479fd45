package dev.vls.vmm.hart;

/** Privilege modes with the encoding of mstatus.MPP (privileged spec 1.2). */
public enum Privilege {
  /** User mode. */
  USER(0),
  /** Supervisor mode. */
  SUPERVISOR(1),
  /** Machine mode. */
  MACHINE(3);

  private final int code;

  Privilege(int code) {
    this.code = code;
  }

  /** Returns the two-bit encoding. */
  public int code() {
    return code;
  }

  /** Returns the mode with encoding {@code code}; the reserved encoding 2 gives {@link #USER}. */
  static Privilege of(int code) {
    return switch (code) {
      case 1 -> SUPERVISOR;
      case 3 -> MACHINE;
      default -> USER;
    };
  }
}

package dev.vls.vmm.hart;

/** Exception codes of xcause (privileged spec, table of mcause values). */
public final class Cause {
  /** Nothing to trap for. */
  public static final int NONE = -1;

  /** Instruction access fault. */
  public static final int FETCH_ACCESS = 1;

  /** Illegal instruction. */
  public static final int ILLEGAL = 2;

  /** Breakpoint. */
  public static final int BREAKPOINT = 3;

  /** Load address misaligned. */
  public static final int LOAD_MISALIGNED = 4;

  /** Load access fault. */
  public static final int LOAD_ACCESS = 5;

  /** Store or AMO address misaligned. */
  public static final int STORE_MISALIGNED = 6;

  /** Store or AMO access fault. */
  public static final int STORE_ACCESS = 7;

  /** Environment call from U-mode; from S-mode it is this plus 1, from M-mode plus 3. */
  public static final int ECALL_FROM_USER = 8;

  /** Instruction page fault. */
  public static final int FETCH_PAGE = 12;

  /** Load page fault. */
  public static final int LOAD_PAGE = 13;

  /** Store or AMO page fault. */
  public static final int STORE_PAGE = 15;

  private Cause() {}
}

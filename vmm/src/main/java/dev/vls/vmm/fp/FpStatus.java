package dev.vls.vmm.fp;

/**
 * The accrued exception flags of one hart, in the bit order of the {@code fflags} CSR (RISC-V
 * unprivileged ISA, F extension, "Floating-Point Control and Status Register").
 *
 * <p>Arithmetic only ever sets bits; clearing them is the CSR file's business. One thread at a
 * time.
 */
public final class FpStatus {
  /** Inexact. */
  public static final int NX = 1;

  /** Underflow: inexact, and tiny after rounding. */
  public static final int UF = 2;

  /** Overflow. */
  public static final int OF = 4;

  /** Divide by zero. */
  public static final int DZ = 8;

  /** Invalid operation. */
  public static final int NV = 16;

  /**
   * The sticky flags, a union of the bits above; a plain field because every operation reads it.
   */
  public int flags;

  /** No flag is set. */
  public FpStatus() {}

  /** Adds {@code raised}, a union of the bits above, to the sticky flags. */
  public void raise(int raised) {
    flags |= raised;
  }

  /** Whether inexactness was recorded before, so that finding it again would change nothing. */
  boolean inexactIsSticky() {
    return (flags & NX) != 0;
  }
}

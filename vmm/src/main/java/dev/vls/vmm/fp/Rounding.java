package dev.vls.vmm.fp;

/**
 * Rounding modes by the numbers of the {@code frm} CSR and the {@code rm} field (RISC-V
 * unprivileged ISA, F extension, table "Rounding mode encoding").
 *
 * <p>The engine resolves {@code DYN} and traps on reserved modes before it calls arithmetic; an
 * operation that has to round under any other number throws {@link IllegalArgumentException}.
 */
public final class Rounding {
  /** To nearest, ties to even. */
  public static final int RNE = 0;

  /** Towards zero. */
  public static final int RTZ = 1;

  /** Towards minus infinity. */
  public static final int RDN = 2;

  /** Towards plus infinity. */
  public static final int RUP = 3;

  /** To nearest, ties away from zero. */
  public static final int RMM = 4;

  private Rounding() {}
}

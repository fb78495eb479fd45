package dev.vls.vmm.fp;

/**
 * Singles in 64-bit floating-point registers (RISC-V unprivileged ISA, D extension, "NaN Boxing of
 * Narrower Values"). Any thread.
 */
public final class NanBox {
  private static final long BOX = -1L << 32;

  private NanBox() {}

  /** The register contents that hold the single {@code bits}. */
  public static long box(int bits) {
    return BOX | Integer.toUnsignedLong(bits);
  }

  /**
   * The single that computing instructions read from {@code register}: the canonical NaN if it is
   * not boxed. Moves and stores do not unbox; they take the low half as it is.
   */
  public static int unbox(long register) {
    return register >= BOX && register < 0 ? (int) register : (int) Format.SINGLE.canonicalNan();
  }
}

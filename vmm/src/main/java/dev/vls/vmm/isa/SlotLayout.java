package dev.vls.vmm.isa;

import dev.vls.vmm.hart.Hart;

/**
 * One predecoded instruction in a long.
 *
 * <pre>
 * bits    field
 *  0..7   opcode, see {@link Opcode}
 *  8..13  rd; integer destinations name {@link Hart#DISCARD} for x0
 * 14      1 if the instruction is 4 bytes long
 * 16..21  rs1
 * 24..29  rs2
 * 32..63  immediate, signed; for FP operations the rounding mode in bits 0..2 and rs3 in bits 8..12
 * </pre>
 */
public final class SlotLayout {
  /** Set in instructions of 4 bytes. */
  public static final long WIDE = 1L << 14;

  private SlotLayout() {}

  public static long pack(int opcode, int rd, int rs1, int rs2, int immediate) {
    return opcode | (long) rd << 8 | (long) rs1 << 16 | (long) rs2 << 24 | (long) immediate << 32;
  }

  public static int opcode(long slot) {
    return (int) slot & 0xff;
  }

  public static int rd(long slot) {
    return (int) slot >>> 8 & 63;
  }

  public static int rs1(long slot) {
    return (int) slot >>> 16 & 63;
  }

  public static int rs2(long slot) {
    return (int) slot >>> 24 & 63;
  }

  public static int immediate(long slot) {
    return (int) (slot >> 32);
  }

  /** Returns the rounding-mode field of an FP operation. */
  public static int rounding(long slot) {
    return (int) (slot >>> 32) & 7;
  }

  /** Returns the third source of a fused multiply-add. */
  public static int rs3(long slot) {
    return (int) (slot >>> 40) & 31;
  }

  /** Returns how many halfwords the instruction takes. */
  public static int halfwords(long slot) {
    return 1 + ((int) slot >>> 14 & 1);
  }

  /** Returns where integer results for register {@code rd} go. */
  public static int destination(int rd) {
    return rd == 0 ? Hart.DISCARD : rd;
  }
}

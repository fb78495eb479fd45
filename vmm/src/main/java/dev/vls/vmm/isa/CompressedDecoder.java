package dev.vls.vmm.isa;

import static dev.vls.vmm.isa.Opcode.*;

/**
 * Decodes 16-bit instructions of C for RV64 with D to the operation that they stand for
 * (unprivileged spec, chapter "C").
 */
public final class CompressedDecoder {
  private static final int RA = 1;
  private static final int SP = 2;
  private static final int[] ARITHMETIC = {SUB, XOR, OR, AND, SUBW, ADDW, ILLEGAL, ILLEGAL};

  private CompressedDecoder() {}

  /**
   * Decodes a 16-bit encoding.
   *
   * @param half the encoding, zero-extended; its two low bits are not both 1
   * @return the slot, see {@link SlotLayout}; opcode {@link Opcode#ILLEGAL} if it is reserved
   */
  public static long decode(int half) {
    return switch (half & 3) {
      case 0 -> quadrant0(half);
      case 1 -> quadrant1(half);
      default -> quadrant2(half);
    };
  }

  private static long quadrant0(int half) {
    int low = registerLow(half);
    int base = registerHigh(half);
    return switch (half >>> 13) {
      case 0 -> addToStackPointer(half, low);
      case 1 -> floating(FLD, low, base, 0, offset8(half));
      case 2 -> integer(LW, low, base, 0, offset4(half));
      case 3 -> integer(LD, low, base, 0, offset8(half));
      case 5 -> floating(FSD, 0, base, low, offset8(half));
      case 6 -> integer(SW, 0, base, low, offset4(half));
      case 7 -> integer(SD, 0, base, low, offset8(half));
      default -> ILLEGAL;
    };
  }

  private static long addToStackPointer(int half, int rd) {
    int immediate =
        bits(half, 11, 2, 4) | bits(half, 7, 4, 6) | bits(half, 6, 1, 2) | bits(half, 5, 1, 3);
    return immediate == 0 ? ILLEGAL : integer(ADDI, rd, SP, 0, immediate);
  }

  private static long quadrant1(int half) {
    int rd = register(half);
    return switch (half >>> 13) {
      case 0 -> integer(ADDI, rd, rd, 0, immediate(half));
      case 1 -> rd == 0 ? ILLEGAL : integer(ADDIW, rd, rd, 0, immediate(half));
      case 2 -> integer(ADDI, rd, 0, 0, immediate(half));
      case 3 -> rd == SP ? adjustStackPointer(half) : loadUpper(half, rd);
      case 4 -> arithmetic(half, registerHigh(half));
      case 5 -> integer(JAL, 0, 0, 0, jumpOffset(half));
      case 6 -> integer(BEQ, 0, registerHigh(half), 0, branchOffset(half));
      default -> integer(BNE, 0, registerHigh(half), 0, branchOffset(half));
    };
  }

  private static long adjustStackPointer(int half) {
    int immediate =
        bits(half, 12, 1, 9)
            | bits(half, 6, 1, 4)
            | bits(half, 5, 1, 6)
            | bits(half, 3, 2, 7)
            | bits(half, 2, 1, 5);
    return immediate == 0 ? ILLEGAL : integer(ADDI, SP, SP, 0, immediate << 22 >> 22);
  }

  private static long loadUpper(int half, int rd) {
    int immediate = immediate(half);
    return immediate == 0 ? ILLEGAL : integer(LUI, rd, 0, 0, immediate << 12);
  }

  private static long arithmetic(int half, int rd) {
    return switch (half >>> 10 & 3) {
      case 0 -> integer(SRLI, rd, rd, 0, shift(half));
      case 1 -> integer(SRAI, rd, rd, 0, shift(half));
      case 2 -> integer(ANDI, rd, rd, 0, immediate(half));
      default -> {
        int opcode = ARITHMETIC[(half >>> 10 & 4) | (half >>> 5 & 3)];
        yield opcode == ILLEGAL ? ILLEGAL : integer(opcode, rd, rd, registerLow(half), 0);
      }
    };
  }

  private static long quadrant2(int half) {
    int rd = register(half);
    int source = half >>> 2 & 31;
    return switch (half >>> 13) {
      case 0 -> integer(SLLI, rd, rd, 0, shift(half));
      case 1 -> floating(FLD, rd, SP, 0, stackLoad8(half));
      case 2 -> rd == 0 ? ILLEGAL : integer(LW, rd, SP, 0, stackLoad4(half));
      case 3 -> rd == 0 ? ILLEGAL : integer(LD, rd, SP, 0, stackLoad8(half));
      case 4 -> moveOrJump(half, rd, source);
      case 5 -> floating(FSD, 0, SP, source, bits(half, 10, 3, 3) | bits(half, 7, 3, 6));
      case 6 -> integer(SW, 0, SP, source, bits(half, 9, 4, 2) | bits(half, 7, 2, 6));
      default -> integer(SD, 0, SP, source, bits(half, 10, 3, 3) | bits(half, 7, 3, 6));
    };
  }

  private static long moveOrJump(int half, int rd, int source) {
    boolean second = (half & 0x1000) != 0;
    if (source != 0) {
      return integer(ADD, rd, second ? rd : 0, source, 0);
    }
    if (rd == 0) {
      return second ? EBREAK : ILLEGAL;
    }
    return integer(JALR, second ? RA : 0, rd, 0, 0);
  }

  private static long integer(int opcode, int rd, int rs1, int rs2, int immediate) {
    return SlotLayout.pack(opcode, SlotLayout.destination(rd), rs1, rs2, immediate);
  }

  private static long floating(int opcode, int rd, int rs1, int rs2, int immediate) {
    return SlotLayout.pack(opcode, rd, rs1, rs2, immediate);
  }

  private static int register(int half) {
    return half >>> 7 & 31;
  }

  private static int registerHigh(int half) {
    return 8 + (half >>> 7 & 7);
  }

  private static int registerLow(int half) {
    return 8 + (half >>> 2 & 7);
  }

  private static int immediate(int half) {
    return shift(half) << 26 >> 26;
  }

  private static int shift(int half) {
    return bits(half, 12, 1, 5) | bits(half, 2, 5, 0);
  }

  private static int offset4(int half) {
    return bits(half, 10, 3, 3) | bits(half, 6, 1, 2) | bits(half, 5, 1, 6);
  }

  private static int offset8(int half) {
    return bits(half, 10, 3, 3) | bits(half, 5, 2, 6);
  }

  private static int stackLoad4(int half) {
    return bits(half, 12, 1, 5) | bits(half, 4, 3, 2) | bits(half, 2, 2, 6);
  }

  private static int stackLoad8(int half) {
    return bits(half, 12, 1, 5) | bits(half, 5, 2, 3) | bits(half, 2, 3, 6);
  }

  private static int jumpOffset(int half) {
    int offset =
        bits(half, 12, 1, 11)
            | bits(half, 11, 1, 4)
            | bits(half, 9, 2, 8)
            | bits(half, 8, 1, 10)
            | bits(half, 7, 1, 6)
            | bits(half, 6, 1, 7)
            | bits(half, 3, 3, 1)
            | bits(half, 2, 1, 5);
    return offset << 20 >> 20;
  }

  private static int branchOffset(int half) {
    int offset =
        bits(half, 12, 1, 8)
            | bits(half, 10, 2, 3)
            | bits(half, 5, 2, 6)
            | bits(half, 3, 2, 1)
            | bits(half, 2, 1, 5);
    return offset << 23 >> 23;
  }

  /** Moves {@code count} bits from position {@code from} to position {@code to}. */
  private static int bits(int half, int from, int count, int to) {
    return (half >>> from & ((1 << count) - 1)) << to;
  }
}

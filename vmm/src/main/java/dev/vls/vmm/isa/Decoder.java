package dev.vls.vmm.isa;

import static dev.vls.vmm.isa.Opcode.*;

/**
 * Decodes 32-bit instructions of RV64IMAFD, Zicsr and Zifencei (unprivileged spec, chapter
 * "Instruction Set Listings").
 */
public final class Decoder {
  private static final long ILLEGAL_SLOT = ILLEGAL | SlotLayout.WIDE;
  private static final int PAUSE_ENCODING = 0x0100_000f;
  private static final int[] LOADS = {LB, LH, LW, LD, LBU, LHU, LWU, ILLEGAL};
  private static final int[] STORES = {SB, SH, SW, SD, ILLEGAL, ILLEGAL, ILLEGAL, ILLEGAL};
  private static final int[] BRANCHES = {BEQ, BNE, ILLEGAL, ILLEGAL, BLT, BGE, BLTU, BGEU};
  private static final int[] IMMEDIATES = {ADDI, SLLI, SLTI, SLTIU, XORI, SRLI, ORI, ANDI};
  private static final int[] REGISTERS = {ADD, SLL, SLT, SLTU, XOR, SRL, OR, AND};
  private static final int[] PRODUCTS = {MUL, MULH, MULHSU, MULHU, DIV, DIVU, REM, REMU};
  private static final int[] WORDS = {
    ADDW, SLLW, ILLEGAL, ILLEGAL, ILLEGAL, SRLW, ILLEGAL, ILLEGAL
  };
  private static final int[] PRODUCT_WORDS = {
    MULW, ILLEGAL, ILLEGAL, ILLEGAL, DIVW, DIVUW, REMW, REMUW
  };
  private static final int[] CSR_OPERATIONS = {
    ILLEGAL, CSRRW, CSRRS, CSRRC, ILLEGAL, CSRRWI, CSRRSI, CSRRCI
  };

  private Decoder() {}

  /**
   * Decodes a 32-bit encoding.
   *
   * @param word the encoding; its two low bits are 1
   * @return the slot, see {@link SlotLayout}; opcode {@link Opcode#ILLEGAL} if it is reserved or
   *     not implemented
   */
  public static long decode(int word) {
    return switch (word & 0x7f) {
      case 0x37 -> u(LUI, word);
      case 0x17 -> u(AUIPC, word);
      case 0x6f -> x(JAL, word, 0, 0, jumpOffset(word));
      case 0x67 -> funct3(word) == 0 ? i(JALR, word) : ILLEGAL_SLOT;
      case 0x63 -> r(BRANCHES[funct3(word)], word, branchOffset(word));
      case 0x03 -> i(LOADS[funct3(word)], word);
      case 0x23 -> r(STORES[funct3(word)], word, storeOffset(word));
      case 0x13 -> immediate(word);
      case 0x1b -> immediateWord(word);
      case 0x33 -> register(word);
      case 0x3b -> registerWord(word);
      case 0x0f -> fence(word);
      case 0x73 -> system(word);
      case 0x2f -> atomic(word);
      default -> FloatDecoder.decode(word);
    };
  }

  static int funct3(int word) {
    return word >>> 12 & 7;
  }

  static int funct7(int word) {
    return word >>> 25;
  }

  static int rd(int word) {
    return word >>> 7 & 31;
  }

  static int rs1(int word) {
    return word >>> 15 & 31;
  }

  static int rs2(int word) {
    return word >>> 20 & 31;
  }

  static int storeOffset(int word) {
    return word >> 25 << 5 | word >>> 7 & 31;
  }

  private static int branchOffset(int word) {
    return word >> 31 << 12 | (word << 4 & 0x800) | (word >>> 20 & 0x7e0) | (word >>> 7 & 0x1e);
  }

  private static int jumpOffset(int word) {
    return word >> 31 << 20 | (word & 0xff000) | (word >>> 9 & 0x800) | (word >>> 20 & 0x7fe);
  }

  private static long x(int opcode, int word, int rs1, int rs2, int immediate) {
    return SlotLayout.pack(opcode, SlotLayout.destination(rd(word)), rs1, rs2, immediate)
        | SlotLayout.WIDE;
  }

  private static long u(int opcode, int word) {
    return x(opcode, word, 0, 0, word & 0xffff_f000);
  }

  private static long i(int opcode, int word) {
    return x(opcode, word, rs1(word), 0, word >> 20);
  }

  private static long r(int opcode, int word, int immediate) {
    return x(opcode, word, rs1(word), rs2(word), immediate);
  }

  private static long immediate(int word) {
    int opcode = IMMEDIATES[funct3(word)];
    int shift = word >>> 20 & 63;
    int funct6 = word >>> 26;
    return switch (opcode) {
      case SLLI -> funct6 == 0 ? x(SLLI, word, rs1(word), 0, shift) : ILLEGAL_SLOT;
      case SRLI ->
          funct6 == 0 || funct6 == 0x10
              ? x(funct6 == 0 ? SRLI : SRAI, word, rs1(word), 0, shift)
              : ILLEGAL_SLOT;
      default -> i(opcode, word);
    };
  }

  private static long immediateWord(int word) {
    int shift = word >>> 20 & 31;
    int selector = funct7(word) << 3 | funct3(word);
    return switch (selector) {
      case 1 -> x(SLLIW, word, rs1(word), 0, shift);
      case 5 -> x(SRLIW, word, rs1(word), 0, shift);
      case 0x20 << 3 | 5 -> x(SRAIW, word, rs1(word), 0, shift);
      default -> funct3(word) == 0 ? i(ADDIW, word) : ILLEGAL_SLOT;
    };
  }

  private static long register(int word) {
    int opcode =
        switch (funct7(word)) {
          case 0 -> REGISTERS[funct3(word)];
          case 1 -> PRODUCTS[funct3(word)];
          case 0x20 -> funct3(word) == 0 ? SUB : funct3(word) == 5 ? SRA : ILLEGAL;
          default -> ILLEGAL;
        };
    return r(opcode, word, 0);
  }

  private static long registerWord(int word) {
    int opcode =
        switch (funct7(word)) {
          case 0 -> WORDS[funct3(word)];
          case 1 -> PRODUCT_WORDS[funct3(word)];
          case 0x20 -> funct3(word) == 0 ? SUBW : funct3(word) == 5 ? SRAW : ILLEGAL;
          default -> ILLEGAL;
        };
    return r(opcode, word, 0);
  }

  /** The unused fields of fences are for future finer fences and are ignored, as the spec asks. */
  private static long fence(int word) {
    return switch (funct3(word)) {
      case 0 -> (word == PAUSE_ENCODING ? PAUSE : FENCE) | SlotLayout.WIDE;
      case 1 -> FENCE_I | SlotLayout.WIDE;
      default -> ILLEGAL_SLOT;
    };
  }

  private static long system(int word) {
    if (funct3(word) != 0) {
      return x(CSR_OPERATIONS[funct3(word)], word, rs1(word), 0, word >>> 20);
    }
    if (funct7(word) == 9 && rd(word) == 0) {
      return r(SFENCE_VMA, word, 0);
    }
    int opcode =
        switch (word) {
          case 0x0000_0073 -> ECALL;
          case 0x0010_0073 -> EBREAK;
          case 0x1020_0073 -> SRET;
          case 0x3020_0073 -> MRET;
          case 0x1050_0073 -> WFI;
          default -> ILLEGAL;
        };
    return opcode | SlotLayout.WIDE;
  }

  private static long atomic(int word) {
    int width = funct3(word);
    if (width != 2 && width != 3) {
      return ILLEGAL_SLOT;
    }
    int opcode =
        switch (word >>> 27) {
          case 0x02 -> rs2(word) == 0 ? LR_W : ILLEGAL;
          case 0x03 -> SC_W;
          case 0x01 -> AMOSWAP_W;
          case 0x00 -> AMOADD_W;
          case 0x04 -> AMOXOR_W;
          case 0x0c -> AMOAND_W;
          case 0x08 -> AMOOR_W;
          case 0x10 -> AMOMIN_W;
          case 0x14 -> AMOMAX_W;
          case 0x18 -> AMOMINU_W;
          case 0x1c -> AMOMAXU_W;
          default -> ILLEGAL;
        };
    return r(opcode == ILLEGAL || width == 2 ? opcode : opcode + DOUBLEWORD, word, 0);
  }
}

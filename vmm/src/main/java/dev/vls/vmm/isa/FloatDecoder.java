package dev.vls.vmm.isa;

import static dev.vls.vmm.isa.Decoder.funct3;
import static dev.vls.vmm.isa.Decoder.funct7;
import static dev.vls.vmm.isa.Decoder.rd;
import static dev.vls.vmm.isa.Decoder.rs1;
import static dev.vls.vmm.isa.Decoder.rs2;
import static dev.vls.vmm.isa.Opcode.*;

/**
 * Decodes 32-bit instructions of F and D; reserved rounding modes are illegal in every instruction
 * that has the field.
 */
final class FloatDecoder {
  private static final long ILLEGAL_SLOT = ILLEGAL | SlotLayout.WIDE;
  private static final int[] SIGN_INJECTIONS = {FSGNJ_S, FSGNJN_S, FSGNJX_S};
  private static final int[] EXTREMES = {FMIN_S, FMAX_S};
  private static final int[] COMPARISONS = {FLE_S, FLT_S, FEQ_S};
  private static final int[] TO_INTEGER = {FCVT_W_S, FCVT_WU_S, FCVT_L_S, FCVT_LU_S};
  private static final int[] FROM_INTEGER = {
    FCVT_FROM_W_S, FCVT_FROM_WU_S, FCVT_FROM_L_S, FCVT_FROM_LU_S
  };

  private FloatDecoder() {}

  static long decode(int word) {
    return switch (word & 0x7f) {
      case 0x07 -> load(word);
      case 0x27 -> store(word);
      case 0x43 -> fused(FMADD_S, word);
      case 0x47 -> fused(FMSUB_S, word);
      case 0x4b -> fused(FNMSUB_S, word);
      case 0x4f -> fused(FNMADD_S, word);
      case 0x53 -> operation(word);
      default -> ILLEGAL_SLOT;
    };
  }

  private static long load(int word) {
    int width = funct3(word);
    if (width != 2 && width != 3) {
      return ILLEGAL_SLOT;
    }
    return slot(width == 2 ? FLW : FLD, rd(word), rs1(word), 0, word >> 20);
  }

  private static long store(int word) {
    int width = funct3(word);
    if (width != 2 && width != 3) {
      return ILLEGAL_SLOT;
    }
    int offset = Decoder.storeOffset(word);
    return slot(width == 2 ? FSW : FSD, 0, rs1(word), rs2(word), offset);
  }

  private static long fused(int opcode, int word) {
    int format = word >>> 25 & 3;
    if (format > 1 || reserved(funct3(word))) {
      return ILLEGAL_SLOT;
    }
    int operands = word >>> 27 << 8 | funct3(word);
    return slot(opcode + format * DOUBLE, rd(word), rs1(word), rs2(word), operands);
  }

  private static long operation(int word) {
    int format = funct7(word) & 3;
    if (format > 1) {
      return ILLEGAL_SLOT;
    }
    return switch (funct7(word) >>> 2) {
      case 0x00 -> rounded(FADD_S, word);
      case 0x01 -> rounded(FSUB_S, word);
      case 0x02 -> rounded(FMUL_S, word);
      case 0x03 -> rounded(FDIV_S, word);
      case 0x0b -> rs2(word) == 0 ? rounded(FSQRT_S, word) : ILLEGAL_SLOT;
      case 0x04 -> selected(SIGN_INJECTIONS, word, false);
      case 0x05 -> selected(EXTREMES, word, false);
      case 0x14 -> selected(COMPARISONS, word, true);
      case 0x08 -> rs2(word) == 1 - format ? rounded(FCVT_FORMAT_S, word) : ILLEGAL_SLOT;
      case 0x18 -> rs2(word) < 4 ? toInteger(word) : ILLEGAL_SLOT;
      case 0x1a -> rs2(word) < 4 ? rounded(FROM_INTEGER[rs2(word)], word) : ILLEGAL_SLOT;
      case 0x1c -> rs2(word) == 0 ? inspect(word) : ILLEGAL_SLOT;
      case 0x1e ->
          rs2(word) == 0 && funct3(word) == 0 ? plain(FMV_FROM_X_S, word, false) : ILLEGAL_SLOT;
      default -> ILLEGAL_SLOT;
    };
  }

  private static long rounded(int opcode, int word) {
    return reserved(funct3(word)) ? ILLEGAL_SLOT : plain(opcode, word, false);
  }

  private static long toInteger(int word) {
    return reserved(funct3(word)) ? ILLEGAL_SLOT : plain(TO_INTEGER[rs2(word)], word, true);
  }

  private static long selected(int[] opcodes, int word, boolean toInteger) {
    int selector = funct3(word);
    return selector < opcodes.length ? plain(opcodes[selector], word, toInteger) : ILLEGAL_SLOT;
  }

  private static long inspect(int word) {
    return switch (funct3(word)) {
      case 0 -> plain(FMV_TO_X_S, word, true);
      case 1 -> plain(FCLASS_S, word, true);
      default -> ILLEGAL_SLOT;
    };
  }

  private static long plain(int opcode, int word, boolean toInteger) {
    int format = funct7(word) & 1;
    int rd = toInteger ? SlotLayout.destination(rd(word)) : rd(word);
    return slot(opcode + format * DOUBLE, rd, rs1(word), rs2(word), funct3(word));
  }

  private static boolean reserved(int rounding) {
    return rounding == 5 || rounding == 6;
  }

  private static long slot(int opcode, int rd, int rs1, int rs2, int immediate) {
    return SlotLayout.pack(opcode, rd, rs1, rs2, immediate) | SlotLayout.WIDE;
  }
}

package dev.vls.vmm.engine;

/**
 * Numbers of predecoded operations: the spec's mnemonics, and what a slot can hold instead of one.
 *
 * <p>Constants and not an enum, because the interpreter switches on bits of a packed word; dense,
 * so that the switch is a table.
 */
final class Opcode {
  // What is no instruction: the decoder has not been asked, the page ends, or the encoding is
  // reserved.
  static final int UNDECODED = 0;
  static final int PAGE_END = 1;
  static final int STRADDLE = 2;
  static final int ILLEGAL = 3;

  // Integer instructions (RV64I).
  static final int LUI = 4;
  static final int AUIPC = 5;
  static final int JAL = 6;
  static final int JALR = 7;
  static final int BEQ = 8;
  static final int BNE = 9;
  static final int BLT = 10;
  static final int BGE = 11;
  static final int BLTU = 12;
  static final int BGEU = 13;
  static final int LB = 14;
  static final int LH = 15;
  static final int LW = 16;
  static final int LD = 17;
  static final int LBU = 18;
  static final int LHU = 19;
  static final int LWU = 20;
  static final int SB = 21;
  static final int SH = 22;
  static final int SW = 23;
  static final int SD = 24;
  static final int ADDI = 25;
  static final int SLTI = 26;
  static final int SLTIU = 27;
  static final int XORI = 28;
  static final int ORI = 29;
  static final int ANDI = 30;
  static final int SLLI = 31;
  static final int SRLI = 32;
  static final int SRAI = 33;
  static final int ADD = 34;
  static final int SUB = 35;
  static final int SLL = 36;
  static final int SLT = 37;
  static final int SLTU = 38;
  static final int XOR = 39;
  static final int SRL = 40;
  static final int SRA = 41;
  static final int OR = 42;
  static final int AND = 43;
  static final int ADDIW = 44;
  static final int SLLIW = 45;
  static final int SRLIW = 46;
  static final int SRAIW = 47;
  static final int ADDW = 48;
  static final int SUBW = 49;
  static final int SLLW = 50;
  static final int SRLW = 51;
  static final int SRAW = 52;

  // Multiplication and division (M).
  static final int MUL = 53;
  static final int MULH = 54;
  static final int MULHSU = 55;
  static final int MULHU = 56;
  static final int DIV = 57;
  static final int DIVU = 58;
  static final int REM = 59;
  static final int REMU = 60;
  static final int MULW = 61;
  static final int DIVW = 62;
  static final int DIVUW = 63;
  static final int REMW = 64;
  static final int REMUW = 65;

  // FP loads and stores (F, D).
  static final int FLD = 66;
  static final int FSD = 67;
  static final int FLW = 68;
  static final int FSW = 69;

  // Fences.
  static final int FENCE = 70;
  static final int FENCE_I = 71;

  // System and CSR instructions.
  static final int ECALL = 72;
  static final int EBREAK = 73;
  static final int SRET = 74;
  static final int MRET = 75;
  static final int WFI = 76;
  static final int SFENCE_VMA = 77;
  static final int CSRRW = 78;
  static final int CSRRS = 79;
  static final int CSRRC = 80;
  static final int CSRRWI = 81;
  static final int CSRRSI = 82;
  static final int CSRRCI = 83;

  // Atomics (A); each doubleword form is 11 above its word form.
  static final int LR_W = 84;
  static final int SC_W = 85;
  static final int AMOSWAP_W = 86;
  static final int AMOADD_W = 87;
  static final int AMOXOR_W = 88;
  static final int AMOAND_W = 89;
  static final int AMOOR_W = 90;
  static final int AMOMIN_W = 91;
  static final int AMOMAX_W = 92;
  static final int AMOMINU_W = 93;
  static final int AMOMAXU_W = 94;
  static final int LR_D = 95;
  static final int SC_D = 96;
  static final int AMOSWAP_D = 97;
  static final int AMOADD_D = 98;
  static final int AMOXOR_D = 99;
  static final int AMOAND_D = 100;
  static final int AMOOR_D = 101;
  static final int AMOMIN_D = 102;
  static final int AMOMAX_D = 103;
  static final int AMOMINU_D = 104;
  static final int AMOMAXU_D = 105;

  // FP operations on singles; each double form is 29 above its single form. FCVT_FORMAT_S makes a
  // single of a double.
  static final int FMADD_S = 106;
  static final int FMSUB_S = 107;
  static final int FNMSUB_S = 108;
  static final int FNMADD_S = 109;
  static final int FADD_S = 110;
  static final int FSUB_S = 111;
  static final int FMUL_S = 112;
  static final int FDIV_S = 113;
  static final int FSQRT_S = 114;
  static final int FSGNJ_S = 115;
  static final int FSGNJN_S = 116;
  static final int FSGNJX_S = 117;
  static final int FMIN_S = 118;
  static final int FMAX_S = 119;
  static final int FEQ_S = 120;
  static final int FLT_S = 121;
  static final int FLE_S = 122;
  static final int FCLASS_S = 123;
  static final int FCVT_W_S = 124;
  static final int FCVT_WU_S = 125;
  static final int FCVT_L_S = 126;
  static final int FCVT_LU_S = 127;
  static final int FCVT_FROM_W_S = 128;
  static final int FCVT_FROM_WU_S = 129;
  static final int FCVT_FROM_L_S = 130;
  static final int FCVT_FROM_LU_S = 131;
  static final int FMV_TO_X_S = 132;
  static final int FMV_FROM_X_S = 133;
  static final int FCVT_FORMAT_S = 134;

  /** Distance from a single operation to its double form. */
  static final int DOUBLE = 29;

  /** Distance from a word atomic to its doubleword form. */
  static final int DOUBLEWORD = 11;

  static final int LAST_FLOAT = FCVT_FORMAT_S + DOUBLE;

  private Opcode() {}
}

package dev.vls.vmm.isa;

/**
 * Numbers of predecoded operations: the spec's mnemonics, and what a slot can hold instead of one.
 *
 * <p>Constants and not an enum, because the interpreter switches on bits of a packed word; dense,
 * so that the switch is a table.
 */
public final class Opcode {
  // What is no instruction: the decoder has not been asked, the page ends, or the encoding is
  // reserved.
  public static final int UNDECODED = 0;
  public static final int PAGE_END = 1;
  public static final int STRADDLE = 2;
  public static final int ILLEGAL = 3;

  // Integer instructions (RV64I).
  public static final int LUI = 4;
  public static final int AUIPC = 5;
  public static final int JAL = 6;
  public static final int JALR = 7;
  public static final int BEQ = 8;
  public static final int BNE = 9;
  public static final int BLT = 10;
  public static final int BGE = 11;
  public static final int BLTU = 12;
  public static final int BGEU = 13;
  public static final int LB = 14;
  public static final int LH = 15;
  public static final int LW = 16;
  public static final int LD = 17;
  public static final int LBU = 18;
  public static final int LHU = 19;
  public static final int LWU = 20;
  public static final int SB = 21;
  public static final int SH = 22;
  public static final int SW = 23;
  public static final int SD = 24;
  public static final int ADDI = 25;
  public static final int SLTI = 26;
  public static final int SLTIU = 27;
  public static final int XORI = 28;
  public static final int ORI = 29;
  public static final int ANDI = 30;
  public static final int SLLI = 31;
  public static final int SRLI = 32;
  public static final int SRAI = 33;
  public static final int ADD = 34;
  public static final int SUB = 35;
  public static final int SLL = 36;
  public static final int SLT = 37;
  public static final int SLTU = 38;
  public static final int XOR = 39;
  public static final int SRL = 40;
  public static final int SRA = 41;
  public static final int OR = 42;
  public static final int AND = 43;
  public static final int ADDIW = 44;
  public static final int SLLIW = 45;
  public static final int SRLIW = 46;
  public static final int SRAIW = 47;
  public static final int ADDW = 48;
  public static final int SUBW = 49;
  public static final int SLLW = 50;
  public static final int SRLW = 51;
  public static final int SRAW = 52;

  // Multiplication and division (M).
  public static final int MUL = 53;
  public static final int MULH = 54;
  public static final int MULHSU = 55;
  public static final int MULHU = 56;
  public static final int DIV = 57;
  public static final int DIVU = 58;
  public static final int REM = 59;
  public static final int REMU = 60;
  public static final int MULW = 61;
  public static final int DIVW = 62;
  public static final int DIVUW = 63;
  public static final int REMW = 64;
  public static final int REMUW = 65;

  // FP loads and stores (F, D).
  public static final int FLD = 66;
  public static final int FSD = 67;
  public static final int FLW = 68;
  public static final int FSW = 69;

  // Fences.
  public static final int FENCE = 70;
  public static final int FENCE_I = 71;

  // The hint to let others run (Zihintpause).
  public static final int PAUSE = 72;

  // System and CSR instructions.
  public static final int ECALL = 73;
  public static final int EBREAK = 74;
  public static final int SRET = 75;
  public static final int MRET = 76;
  public static final int WFI = 77;
  public static final int SFENCE_VMA = 78;
  public static final int CSRRW = 79;
  public static final int CSRRS = 80;
  public static final int CSRRC = 81;
  public static final int CSRRWI = 82;
  public static final int CSRRSI = 83;
  public static final int CSRRCI = 84;

  // Atomics (A); each doubleword form is 11 above its word form.
  public static final int LR_W = 85;
  public static final int SC_W = 86;
  public static final int AMOSWAP_W = 87;
  public static final int AMOADD_W = 88;
  public static final int AMOXOR_W = 89;
  public static final int AMOAND_W = 90;
  public static final int AMOOR_W = 91;
  public static final int AMOMIN_W = 92;
  public static final int AMOMAX_W = 93;
  public static final int AMOMINU_W = 94;
  public static final int AMOMAXU_W = 95;
  public static final int LR_D = 96;
  public static final int SC_D = 97;
  public static final int AMOSWAP_D = 98;
  public static final int AMOADD_D = 99;
  public static final int AMOXOR_D = 100;
  public static final int AMOAND_D = 101;
  public static final int AMOOR_D = 102;
  public static final int AMOMIN_D = 103;
  public static final int AMOMAX_D = 104;
  public static final int AMOMINU_D = 105;
  public static final int AMOMAXU_D = 106;

  // FP operations on singles; each double form is 29 above its single form. FCVT_FORMAT_S makes a
  // single of a double.
  public static final int FMADD_S = 107;
  public static final int FMSUB_S = 108;
  public static final int FNMSUB_S = 109;
  public static final int FNMADD_S = 110;
  public static final int FADD_S = 111;
  public static final int FSUB_S = 112;
  public static final int FMUL_S = 113;
  public static final int FDIV_S = 114;
  public static final int FSQRT_S = 115;
  public static final int FSGNJ_S = 116;
  public static final int FSGNJN_S = 117;
  public static final int FSGNJX_S = 118;
  public static final int FMIN_S = 119;
  public static final int FMAX_S = 120;
  public static final int FEQ_S = 121;
  public static final int FLT_S = 122;
  public static final int FLE_S = 123;
  public static final int FCLASS_S = 124;
  public static final int FCVT_W_S = 125;
  public static final int FCVT_WU_S = 126;
  public static final int FCVT_L_S = 127;
  public static final int FCVT_LU_S = 128;
  public static final int FCVT_FROM_W_S = 129;
  public static final int FCVT_FROM_WU_S = 130;
  public static final int FCVT_FROM_L_S = 131;
  public static final int FCVT_FROM_LU_S = 132;
  public static final int FMV_TO_X_S = 133;
  public static final int FMV_FROM_X_S = 134;
  public static final int FCVT_FORMAT_S = 135;

  /** Distance from a single operation to its double form. */
  public static final int DOUBLE = 29;

  /** Distance from a word atomic to its doubleword form. */
  public static final int DOUBLEWORD = 11;

  public static final int LAST_FLOAT = FCVT_FORMAT_S + DOUBLE;

  private Opcode() {}
}

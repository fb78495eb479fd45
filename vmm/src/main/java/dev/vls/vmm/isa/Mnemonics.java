package dev.vls.vmm.isa;

import dev.vls.vmm.hart.Csr;
import dev.vls.vmm.hart.CsrFile;
import dev.vls.vmm.hart.Hart;
import java.util.List;

/**
 * Writes decoded instructions as assembly, for people: the spec's mnemonics without aliases,
 * compressed instructions as what they are short for, the ABI's names of registers. Bits that no
 * slot keeps (the order that atomics and fences ask for) are not written.
 */
public final class Mnemonics {
  private static final List<String> NAMES =
      words(
          """
          ? ? ? illegal lui auipc jal jalr beq bne blt bge bltu bgeu lb lh lw ld lbu lhu lwu
          sb sh sw sd addi slti sltiu xori ori andi slli srli srai add sub sll slt sltu xor srl sra
          or and addiw slliw srliw sraiw addw subw sllw srlw sraw mul mulh mulhsu mulhu div divu
          rem remu mulw divw divuw remw remuw fld fsd flw fsw fence fence.i pause ecall ebreak sret
          mret wfi sfence.vma csrrw csrrs csrrc csrrwi csrrsi csrrci
          """);

  private static final List<String> ATOMICS =
      words("lr sc amoswap amoadd amoxor amoand amoor amomin amomax amominu amomaxu");

  /** FP operations; # is the letter of the format. */
  private static final List<String> FLOATS =
      words(
          """
          fmadd.# fmsub.# fnmsub.# fnmadd.# fadd.# fsub.# fmul.# fdiv.# fsqrt.# fsgnj.# fsgnjn.#
          fsgnjx.# fmin.# fmax.# feq.# flt.# fle.# fclass.# fcvt.w.# fcvt.wu.# fcvt.l.# fcvt.lu.#
          fcvt.#.w fcvt.#.wu fcvt.#.l fcvt.#.lu
          """);

  private static final List<String> INTEGER_REGISTERS =
      words(
          """
          zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11
          t3 t4 t5 t6
          """);

  private static final List<String> FLOAT_REGISTERS =
      words(
          """
          ft0 ft1 ft2 ft3 ft4 ft5 ft6 ft7 fs0 fs1 fa0 fa1 fa2 fa3 fa4 fa5 fa6 fa7 fs2 fs3 fs4 fs5
          fs6 fs7 fs8 fs9 fs10 fs11 ft8 ft9 ft10 ft11
          """);

  private static final List<String> ROUNDINGS = words("rne rtz rdn rup rmm ? ? dyn");

  private Mnemonics() {}

  private static List<String> words(String text) {
    return List.of(text.strip().split("\\s+", -1));
  }

  /**
   * Returns the instruction as a line of assembly.
   *
   * @param slot see {@link SlotLayout}
   * @param pc its address, which targets of jumps and branches are counted from
   */
  public static String of(long slot, long pc) {
    String operands = operands(slot, pc);
    return operands.isEmpty() ? name(slot) : name(slot) + " " + operands;
  }

  private static String name(long slot) {
    int opcode = SlotLayout.opcode(slot);
    if (opcode > Opcode.LAST_FLOAT) {
      return "?";
    }
    if (opcode < Opcode.LR_W) {
      return NAMES.get(opcode);
    }
    if (opcode < Opcode.FMADD_S) {
      int operation = opcode - Opcode.LR_W;
      return ATOMICS.get(operation % Opcode.DOUBLEWORD)
          + (operation < Opcode.DOUBLEWORD ? ".w" : ".d");
    }
    boolean wide = opcode >= Opcode.FMADD_S + Opcode.DOUBLE;
    return switch (single(opcode)) {
      case Opcode.FMV_TO_X_S -> wide ? "fmv.x.d" : "fmv.x.w";
      case Opcode.FMV_FROM_X_S -> wide ? "fmv.d.x" : "fmv.w.x";
      case Opcode.FCVT_FORMAT_S -> wide ? "fcvt.d.s" : "fcvt.s.d";
      default -> FLOATS.get(single(opcode) - Opcode.FMADD_S).replace("#", wide ? "d" : "s");
    };
  }

  /** Returns the form for singles of an FP operation. */
  private static int single(int opcode) {
    return opcode >= Opcode.FMADD_S + Opcode.DOUBLE ? opcode - Opcode.DOUBLE : opcode;
  }

  private static String operands(long slot, long pc) {
    int opcode = SlotLayout.opcode(slot);
    if (opcode >= Opcode.FMADD_S) {
      return opcode > Opcode.LAST_FLOAT ? "" : floats(slot, single(opcode));
    }
    if (opcode >= Opcode.LR_W) {
      boolean reserves = opcode == Opcode.LR_W || opcode == Opcode.LR_D;
      return x(SlotLayout.rd(slot))
          + (reserves ? "" : "," + x(SlotLayout.rs2(slot)))
          + ",(%s)".formatted(x(SlotLayout.rs1(slot)));
    }
    return switch (opcode) {
      case Opcode.LUI, Opcode.AUIPC ->
          "%s,0x%x".formatted(x(SlotLayout.rd(slot)), SlotLayout.immediate(slot) >>> 12);
      case Opcode.JAL -> x(SlotLayout.rd(slot)) + "," + place(slot, pc);
      case Opcode.JALR -> x(SlotLayout.rd(slot)) + "," + address(slot);
      case Opcode.FLW, Opcode.FLD -> f(SlotLayout.rd(slot)) + "," + address(slot);
      case Opcode.FSW, Opcode.FSD -> f(SlotLayout.rs2(slot)) + "," + address(slot);
      case Opcode.SFENCE_VMA -> x(SlotLayout.rs1(slot)) + "," + x(SlotLayout.rs2(slot));
      case Opcode.CSRRW, Opcode.CSRRS, Opcode.CSRRC -> csr(slot) + "," + x(SlotLayout.rs1(slot));
      case Opcode.CSRRWI, Opcode.CSRRSI, Opcode.CSRRCI -> csr(slot) + "," + SlotLayout.rs1(slot);
      default -> integers(slot, opcode, pc);
    };
  }

  private static String integers(long slot, int opcode, long pc) {
    if (opcode < Opcode.BEQ || opcode >= Opcode.FENCE) {
      return "";
    }
    String rs1 = x(SlotLayout.rs1(slot));
    String rs2 = x(SlotLayout.rs2(slot));
    if (opcode <= Opcode.BGEU) {
      return rs1 + "," + rs2 + "," + place(slot, pc);
    }
    if (opcode <= Opcode.SD) {
      return (opcode < Opcode.SB ? x(SlotLayout.rd(slot)) : rs2) + "," + address(slot);
    }
    boolean immediate = opcode <= Opcode.SRAI || (opcode >= Opcode.ADDIW && opcode <= Opcode.SRAIW);
    return "%s,%s,%s"
        .formatted(x(SlotLayout.rd(slot)), rs1, immediate ? SlotLayout.immediate(slot) : rs2);
  }

  private static String floats(long slot, int single) {
    boolean toInteger =
        (single >= Opcode.FEQ_S && single <= Opcode.FCVT_LU_S) || single == Opcode.FMV_TO_X_S;
    boolean fromInteger =
        (single >= Opcode.FCVT_FROM_W_S && single <= Opcode.FCVT_FROM_LU_S)
            || single == Opcode.FMV_FROM_X_S;
    boolean unary = single == Opcode.FSQRT_S || single >= Opcode.FCLASS_S;
    StringBuilder text = new StringBuilder();
    text.append(toInteger ? x(SlotLayout.rd(slot)) : f(SlotLayout.rd(slot))).append(',');
    text.append(fromInteger ? x(SlotLayout.rs1(slot)) : f(SlotLayout.rs1(slot)));
    if (!unary) {
      text.append(',').append(f(SlotLayout.rs2(slot)));
    }
    if (single <= Opcode.FNMADD_S) {
      text.append(',').append(f(SlotLayout.rs3(slot)));
    }
    if (rounds(single)) {
      text.append(',').append(ROUNDINGS.get(SlotLayout.rounding(slot)));
    }
    return text.toString();
  }

  private static boolean rounds(int single) {
    return single <= Opcode.FSQRT_S
        || (single >= Opcode.FCVT_W_S && single <= Opcode.FCVT_FROM_LU_S)
        || single == Opcode.FCVT_FORMAT_S;
  }

  private static String place(long slot, long pc) {
    return "0x" + Long.toHexString(pc + SlotLayout.immediate(slot));
  }

  private static String address(long slot) {
    return "%d(%s)".formatted(SlotLayout.immediate(slot), x(SlotLayout.rs1(slot)));
  }

  private static String csr(long slot) {
    int number = SlotLayout.immediate(slot) & 0xfff;
    return x(SlotLayout.rd(slot))
        + ","
        + CsrFile.known().stream()
            .filter(csr -> csr.number() == number)
            .map(Csr::name)
            .findFirst()
            .orElseGet(() -> "0x" + Integer.toHexString(number));
  }

  private static String x(int register) {
    return register == Hart.DISCARD ? "zero" : INTEGER_REGISTERS.get(register & 31);
  }

  private static String f(int register) {
    return FLOAT_REGISTERS.get(register & 31);
  }
}

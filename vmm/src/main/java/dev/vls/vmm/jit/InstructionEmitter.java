package dev.vls.vmm.jit;

import static dev.vls.vmm.isa.Opcode.*;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.isa.Arithmetic;
import dev.vls.vmm.isa.SlotLayout;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/** Emits instructions that are not jumps, and the conditions of branches. */
final class InstructionEmitter {
  private static final ClassDesc LONG = Long.class.describeConstable().orElseThrow();
  private static final ClassDesc ARITHMETIC = Arithmetic.class.describeConstable().orElseThrow();
  private static final MethodTypeDesc COMPARE = MethodTypeDesc.of(CD_int, CD_long, CD_long);

  private final CodeBuilder code;
  private final RegisterLocals registers;
  private final MemoryEmitter memory;
  private final FloatEmitter floats;

  InstructionEmitter(CodeBuilder code, RegisterLocals registers, MemoryEmitter memory) {
    this.code = code;
    this.registers = registers;
    this.memory = memory;
    this.floats = new FloatEmitter(code, registers);
  }

  /**
   * Emits one instruction.
   *
   * @param site where it is, and what to do if it cannot be executed there
   */
  void emit(long slot, RegionEmitter.Site site) {
    int opcode = SlotLayout.opcode(slot);
    if (opcode >= FMADD_S) {
      floats.emit(slot);
    } else if (opcode >= LR_W) {
      atomic(slot, opcode, site);
    } else if (opcode >= CSRRW) {
      csr(slot, opcode, site);
    } else if (opcode == FLD || opcode == FLW) {
      loadFloat(slot, opcode, site);
    } else if (opcode == FSD || opcode == FSW) {
      memory.store(slot, opcode == FSD ? 8 : 4, Hart.REGISTERS + SlotLayout.rs2(slot), site);
    } else if (opcode >= LB && opcode <= LWU) {
      boolean signed = opcode <= LD;
      memory.load(
          slot,
          1 << opcode - (signed ? LB : LBU),
          signed ? MemoryEmitter.Extension.SIGN : MemoryEmitter.Extension.ZERO,
          site);
      write(slot, opcode != LD && opcode != LWU);
    } else if (opcode >= SB && opcode <= SD) {
      memory.store(slot, 1 << opcode - SB, SlotLayout.rs2(slot), site);
    } else if (opcode < FENCE && SlotLayout.rd(slot) != Hart.DISCARD) {
      boolean word = makesWord(slot, opcode);
      compute(slot, opcode, site.pc());
      write(slot, word);
    }
  }

  /** Has the locals of a branch's operands hold them. */
  void fetchOperands(long slot) {
    registers.hold(SlotLayout.rs1(slot));
    registers.hold(SlotLayout.rs2(slot));
  }

  /** Emits a jump to {@code taken} if the condition of a branch holds. */
  void branch(long slot, Label taken) {
    int opcode = SlotLayout.opcode(slot);
    boolean unsigned = opcode == BLTU || opcode == BGEU;
    comparand(SlotLayout.rs1(slot), unsigned);
    comparand(SlotLayout.rs2(slot), unsigned);
    code.lcmp();
    switch (opcode) {
      case BEQ -> code.ifeq(taken);
      case BNE -> code.ifne(taken);
      case BLT, BLTU -> code.iflt(taken);
      default -> code.ifge(taken);
    }
  }

  private void loadFloat(long slot, int opcode, RegionEmitter.Site site) {
    memory.load(slot, opcode == FLD ? 8 : 4, MemoryEmitter.Extension.SIGN, site);
    if (opcode == FLW) {
      code.loadConstant(-1L << 32).lor();
    }
    registers.storeF(SlotLayout.rd(slot));
  }

  private void atomic(long slot, int opcode, RegionEmitter.Site site) {
    code.aload(RegionEmitter.CONTEXT);
    rs1(slot);
    rs2(slot);
    code.loadConstant(opcode);
    code.invokevirtual(
        RegionCompiler.CONTEXT, "atomic", MethodTypeDesc.of(CD_boolean, CD_long, CD_long, CD_int));
    code.ifeq(site.leave());
    memory.fetchRanges();
    site.value();
    write(slot, false);
  }

  private void csr(long slot, int opcode, RegionEmitter.Site site) {
    boolean immediate = opcode >= CSRRWI;
    code.aload(RegionEmitter.CONTEXT);
    if (Weights.writesCsr(slot)) {
      if (immediate) {
        code.loadConstant((long) SlotLayout.rs1(slot));
      } else {
        rs1(slot);
      }
      code.loadConstant(SlotLayout.immediate(slot));
      code.loadConstant(opcode - (immediate ? CSRRWI : CSRRW));
      code.invokevirtual(
          RegionCompiler.CONTEXT,
          "writeCsr",
          MethodTypeDesc.of(CD_boolean, CD_long, CD_int, CD_int));
    } else {
      code.loadConstant(SlotLayout.immediate(slot));
      code.iload(RegionEmitter.LEFT).loadConstant(site.retired()).isub();
      code.invokevirtual(
          RegionCompiler.CONTEXT, "readCsr", MethodTypeDesc.of(CD_boolean, CD_int, CD_int));
    }
    code.ifeq(site.leave());
    site.value();
    write(slot, false);
  }

  private void compute(long slot, int opcode, long pc) {
    long immediate = SlotLayout.immediate(slot);
    switch (opcode) {
      case LUI -> code.loadConstant(immediate);
      case AUIPC -> code.loadConstant(pc + immediate);
      case ADDI -> {
        rs1(slot);
        if (immediate != 0) {
          code.loadConstant(immediate).ladd();
        }
      }
      case SLTI, SLTIU -> {
        rs1(slot);
        code.loadConstant(immediate);
        less(opcode == SLTIU);
      }
      case XORI, ORI, ANDI, XOR, OR, AND -> logic(slot, opcode);
      case SLLI -> shift(slot, immediate).lshl();
      case SRLI -> shift(slot, immediate).lushr();
      case SRAI -> shift(slot, immediate).lshr();
      case ADD -> both(slot).ladd();
      case SUB -> both(slot).lsub();
      case SLL -> both(slot).l2i().lshl();
      case SRL -> both(slot).l2i().lushr();
      case SRA -> both(slot).l2i().lshr();
      case SLT, SLTU -> {
        both(slot);
        less(opcode == SLTU);
      }
      case ADDIW -> {
        rs1(slot);
        code.l2i();
        if (immediate != 0) {
          code.loadConstant((int) immediate).iadd();
        }
        code.i2l();
      }
      case SLLIW -> shiftWord(slot, immediate).ishl().i2l();
      case SRLIW -> shiftWord(slot, immediate).iushr().i2l();
      case SRAIW -> shiftWord(slot, immediate).ishr().i2l();
      case ADDW -> words(slot).iadd().i2l();
      case SUBW -> words(slot).isub().i2l();
      case SLLW -> words(slot).ishl().i2l();
      case SRLW -> words(slot).iushr().i2l();
      case SRAW -> words(slot).ishr().i2l();
      case MUL -> both(slot).lmul();
      case MULW -> words(slot).imul().i2l();
      default -> {
        code.loadConstant(opcode);
        both(slot);
        code.invokestatic(
            ARITHMETIC, "execute", MethodTypeDesc.of(CD_long, CD_int, CD_long, CD_long));
      }
    }
  }

  /**
   * Does XOR, OR and AND and their immediate forms, of words as ints: HotSpot does not see a
   * rotation in two shifts that were extended before they are put together.
   */
  private void logic(long slot, int opcode) {
    boolean immediate = opcode <= ANDI;
    if (logicOfWords(slot, opcode)) {
      word(SlotLayout.rs1(slot));
      if (immediate) {
        code.loadConstant(SlotLayout.immediate(slot));
      } else {
        word(SlotLayout.rs2(slot));
      }
      switch (opcode) {
        case XOR, XORI -> code.ixor();
        case OR, ORI -> code.ior();
        default -> code.iand();
      }
      code.i2l();
    } else {
      rs1(slot);
      if (immediate) {
        code.loadConstant((long) SlotLayout.immediate(slot));
      } else {
        rs2(slot);
      }
      switch (opcode) {
        case XOR, XORI -> code.lxor();
        case OR, ORI -> code.lor();
        default -> code.land();
      }
    }
  }

  /** Returns whether the operands of and, or and xor are words. */
  private boolean logicOfWords(long slot, int opcode) {
    return registers.isWord(SlotLayout.rs1(slot))
        && (opcode <= ANDI || registers.isWord(SlotLayout.rs2(slot)));
  }

  /** Returns whether the result is the sign extension of its lower half. */
  private boolean makesWord(long slot, int opcode) {
    return switch (opcode) {
      case LUI, SLTI, SLTIU, SLT, SLTU -> true;
      case ADDI ->
          SlotLayout.rs1(slot) == 0
              || (SlotLayout.immediate(slot) == 0 && registers.isWord(SlotLayout.rs1(slot)));
      case XORI, ORI, ANDI, XOR, OR, AND -> logicOfWords(slot, opcode);
      default -> (opcode >= ADDIW && opcode <= SRAW) || (opcode >= MULW && opcode <= REMUW);
    };
  }

  /**
   * Pushes what a branch compares. Unsigned numbers are compared as signed ones that are less by
   * 2^63: HotSpot's second compiler sees what is meant, and the first one makes three branches of
   * {@link Long#compareUnsigned}.
   */
  private void comparand(int r, boolean unsigned) {
    if (unsigned && r == 0) {
      code.loadConstant(Long.MIN_VALUE);
      return;
    }
    registers.loadX(r);
    if (unsigned) {
      code.loadConstant(Long.MIN_VALUE).ladd();
    }
  }

  /** Makes 1 of the two longs on the stack if the first is less, else 0. */
  private void less(boolean unsigned) {
    if (unsigned) {
      code.invokestatic(LONG, "compareUnsigned", COMPARE);
    } else {
      code.lcmp();
    }
    code.bipush(31).iushr().i2l();
  }

  private CodeBuilder shift(long slot, long immediate) {
    rs1(slot);
    return code.loadConstant((int) immediate);
  }

  private CodeBuilder shiftWord(long slot, long immediate) {
    rs1(slot);
    return code.l2i().loadConstant((int) immediate);
  }

  private CodeBuilder both(long slot) {
    rs1(slot);
    rs2(slot);
    return code;
  }

  private CodeBuilder words(long slot) {
    word(SlotLayout.rs1(slot));
    return word(SlotLayout.rs2(slot));
  }

  /** Pushes the lower half of a register. */
  private CodeBuilder word(int r) {
    registers.loadX(r);
    return code.l2i();
  }

  private void rs1(long slot) {
    registers.loadX(SlotLayout.rs1(slot));
  }

  private void rs2(long slot) {
    registers.loadX(SlotLayout.rs2(slot));
  }

  private void write(long slot, boolean word) {
    int rd = SlotLayout.rd(slot);
    registers.storeX(rd);
    if (word && rd != Hart.DISCARD) {
      registers.nowWord(rd);
    }
  }
}

package dev.vls.vmm.jit;

import static dev.vls.vmm.isa.Opcode.*;
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
  private static final String[] LOADS = {
    "load8", "load16", "load32", "load64", "loadU8", "loadU16", "loadU32"
  };
  private static final String[] STORES = {"store8", "store16", "store32", "store64"};

  private final CodeBuilder code;
  private final RegionEmitter.Locals locals;
  private final MemoryEmitter memory;
  private final FloatEmitter floats;

  InstructionEmitter(CodeBuilder code, RegionEmitter.Locals locals, MemoryEmitter memory) {
    this.code = code;
    this.locals = locals;
    this.memory = memory;
    this.floats = new FloatEmitter(code, locals);
  }

  /** Returns whether the code of {@code slot} may throw {@link LeaveRegionException}. */
  static boolean mayLeave(long slot) {
    int opcode = SlotLayout.opcode(slot);
    return (opcode >= LB && opcode <= SD)
        || (opcode >= FLD && opcode <= FSW)
        || (opcode >= CSRRW && opcode <= AMOMAXU_D);
  }

  /**
   * Emits one instruction.
   *
   * @param pc its address
   * @param retired how many instructions of its block come before it
   */
  void emit(long slot, long pc, int retired) {
    int opcode = SlotLayout.opcode(slot);
    if (opcode >= FMADD_S) {
      floats.emit(slot);
    } else if (opcode >= LR_W) {
      atomic(slot, opcode);
    } else if (opcode >= CSRRW) {
      csr(slot, opcode, retired);
    } else if (opcode == FLD || opcode == FLW) {
      loadFloat(slot, opcode);
    } else if (opcode == FSD || opcode == FSW) {
      memory.store(
          slot,
          opcode == FSD ? "store64" : "store32",
          () -> code.lload(locals.f(SlotLayout.rs2(slot))));
    } else if (opcode >= LB && opcode <= LWU) {
      memory.load(slot, LOADS[opcode - LB]);
      write(slot);
    } else if (opcode >= SB && opcode <= SD) {
      memory.store(slot, STORES[opcode - SB], () -> rs2(slot));
    } else if (opcode < FENCE && SlotLayout.rd(slot) != Hart.DISCARD) {
      compute(slot, opcode, pc);
      write(slot);
    }
  }

  /** Emits a jump to {@code taken} if the condition of a branch holds. */
  void branch(long slot, Label taken) {
    rs1(slot);
    rs2(slot);
    int opcode = SlotLayout.opcode(slot);
    if (opcode == BLTU || opcode == BGEU) {
      code.invokestatic(LONG, "compareUnsigned", COMPARE);
    } else {
      code.lcmp();
    }
    switch (opcode) {
      case BEQ -> code.ifeq(taken);
      case BNE -> code.ifne(taken);
      case BLT, BLTU -> code.iflt(taken);
      default -> code.ifge(taken);
    }
  }

  private void loadFloat(long slot, int opcode) {
    memory.load(slot, opcode == FLD ? "load64" : "load32");
    if (opcode == FLW) {
      code.loadConstant(-1L << 32).lor();
    }
    code.lstore(locals.f(SlotLayout.rd(slot)));
  }

  private void atomic(long slot, int opcode) {
    code.aload(RegionEmitter.Locals.CONTEXT);
    rs1(slot);
    rs2(slot);
    code.loadConstant(opcode);
    code.invokevirtual(
        RegionCompiler.CONTEXT, "atomic", MethodTypeDesc.of(CD_long, CD_long, CD_long, CD_int));
    write(slot);
  }

  private void csr(long slot, int opcode, int retired) {
    boolean immediate = opcode >= CSRRWI;
    code.aload(RegionEmitter.Locals.CONTEXT);
    if (Weights.writesCsr(slot)) {
      if (immediate) {
        code.loadConstant((long) SlotLayout.rs1(slot));
      } else {
        rs1(slot);
      }
      code.loadConstant(SlotLayout.immediate(slot));
      code.loadConstant(opcode - (immediate ? CSRRWI : CSRRW));
      code.invokevirtual(
          RegionCompiler.CONTEXT, "writeCsr", MethodTypeDesc.of(CD_long, CD_long, CD_int, CD_int));
    } else {
      code.loadConstant(SlotLayout.immediate(slot));
      code.iload(RegionEmitter.Locals.LEFT).loadConstant(retired).isub();
      code.invokevirtual(
          RegionCompiler.CONTEXT, "readCsr", MethodTypeDesc.of(CD_long, CD_int, CD_int));
    }
    write(slot);
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
      case XORI -> constant(slot, immediate).lxor();
      case ORI -> constant(slot, immediate).lor();
      case ANDI -> constant(slot, immediate).land();
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
      case XOR -> both(slot).lxor();
      case OR -> both(slot).lor();
      case AND -> both(slot).land();
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

  /** Makes 1 of the two longs on the stack if the first is less, else 0. */
  private void less(boolean unsigned) {
    if (unsigned) {
      code.invokestatic(LONG, "compareUnsigned", COMPARE);
    } else {
      code.lcmp();
    }
    code.bipush(31).iushr().i2l();
  }

  private CodeBuilder constant(long slot, long immediate) {
    rs1(slot);
    return code.loadConstant(immediate);
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
    rs1(slot);
    code.l2i();
    rs2(slot);
    return code.l2i();
  }

  private void rs1(long slot) {
    locals.loadX(code, SlotLayout.rs1(slot));
  }

  private void rs2(long slot) {
    locals.loadX(code, SlotLayout.rs2(slot));
  }

  private void write(long slot) {
    locals.storeX(code, SlotLayout.rd(slot));
  }
}

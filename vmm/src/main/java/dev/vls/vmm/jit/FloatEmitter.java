package dev.vls.vmm.jit;

import static dev.vls.vmm.isa.Opcode.*;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import dev.vls.vmm.fp.Binary32;
import dev.vls.vmm.fp.Binary64;
import dev.vls.vmm.fp.Convert;
import dev.vls.vmm.fp.FpStatus;
import dev.vls.vmm.fp.NanBox;
import dev.vls.vmm.fp.Rounding;
import dev.vls.vmm.isa.SlotLayout;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;

/**
 * Emits FP instructions but loads and stores, as calls of {@code dev.vls.vmm.fp} that the JIT
 * inlines.
 *
 * <p>A region with any of them runs only while mstatus.FS is Dirty and frm is RNE, which makes both
 * constants.
 */
final class FloatEmitter {
  private static final ClassDesc STATUS = FpStatus.class.describeConstable().orElseThrow();
  private static final ClassDesc SINGLES = Binary32.class.describeConstable().orElseThrow();
  private static final ClassDesc DOUBLES = Binary64.class.describeConstable().orElseThrow();
  private static final ClassDesc CONVERT = Convert.class.describeConstable().orElseThrow();
  private static final ClassDesc BOX = NanBox.class.describeConstable().orElseThrow();
  private static final int DYNAMIC = 7;

  private static final String[] FUSED = {"fmadd", "fmsub", "fnmsub", "fnmadd"};
  private static final String[] ARITHMETIC = {"add", "sub", "mul", "div"};
  private static final String[] INJECTIONS = {"sgnj", "sgnjn", "sgnjx"};
  private static final String[] EXTREMES = {"min", "max"};
  private static final String[] COMPARISONS = {"eq", "lt", "le"};
  private static final String[] INTEGERS = {"Int32", "Uint32", "Int64", "Uint64"};

  private final CodeBuilder code;
  private final RegisterLocals registers;

  FloatEmitter(CodeBuilder code, RegisterLocals registers) {
    this.code = code;
    this.registers = registers;
  }

  void emit(long slot) {
    boolean wide = SlotLayout.opcode(slot) >= FMADD_S + DOUBLE;
    int opcode = SlotLayout.opcode(slot) - (wide ? DOUBLE : 0);
    Call call = new Call(slot, wide);
    if (opcode <= FNMADD_S) {
      call.float1().float2().float3().rounding().status();
      call.invoke(call.type(), FUSED[opcode - FMADD_S], call.number()).writeFloat();
    } else if (opcode <= FDIV_S) {
      call.float1().float2().rounding().status();
      call.invoke(call.type(), ARITHMETIC[opcode - FADD_S], call.number()).writeFloat();
    } else if (opcode == FSQRT_S) {
      call.float1().rounding().status();
      call.invoke(call.type(), "sqrt", call.number()).writeFloat();
    } else if (opcode <= FSGNJX_S) {
      call.float1().float2();
      call.invoke(call.type(), INJECTIONS[opcode - FSGNJ_S], call.number()).writeFloat();
    } else if (opcode <= FMAX_S) {
      call.float1().float2().status();
      call.invoke(call.type(), EXTREMES[opcode - FMIN_S], call.number()).writeFloat();
    } else if (opcode <= FLE_S) {
      call.float1().float2().status();
      call.invoke(call.type(), COMPARISONS[opcode - FEQ_S], CD_boolean);
      code.i2l();
      call.writeInteger();
    } else {
      moveOrConvert(call, opcode, wide);
    }
  }

  private void moveOrConvert(Call call, int opcode, boolean wide) {
    if (opcode == FCLASS_S) {
      call.float1().invoke(call.type(), "classify", CD_int);
      code.i2l();
      call.writeInteger();
    } else if (opcode <= FCVT_LU_S) {
      toInteger(call, opcode - FCVT_W_S, wide ? "double" : "single");
    } else if (opcode <= FCVT_FROM_LU_S) {
      fromInteger(call, opcode - FCVT_FROM_W_S, wide);
    } else if (opcode == FMV_TO_X_S) {
      call.raw1();
      if (!wide) {
        code.l2i().i2l();
      }
      call.writeInteger();
    } else if (opcode == FMV_FROM_X_S) {
      call.integer1();
      if (!wide) {
        code.l2i();
      }
      call.writeFloat();
    } else if (wide) {
      registers.loadF(SlotLayout.rs1(call.slot) & 31);
      code.invokestatic(BOX, "unbox", MethodTypeDesc.of(CD_int, CD_long));
      call.passed(CD_int).status().invoke(CONVERT, "singleToDouble", CD_long).writeFloat();
    } else {
      call.raw1().passed(CD_long).rounding().status();
      call.invoke(CONVERT, "doubleToSingle", CD_int).writeFloat();
    }
  }

  private void toInteger(Call call, int kind, String from) {
    call.float1().rounding().status();
    call.invoke(CONVERT, from + "To" + INTEGERS[kind], kind < 2 ? CD_int : CD_long);
    if (kind < 2) {
      code.i2l();
    }
    call.writeInteger();
  }

  private void fromInteger(Call call, int kind, boolean wide) {
    call.integer1();
    if (kind < 2) {
      code.l2i();
    }
    call.passed(kind < 2 ? CD_int : CD_long);
    if (!wide || kind >= 2) {
      call.rounding().status();
    }
    String name = INTEGERS[kind].toLowerCase(java.util.Locale.ROOT);
    call.invoke(CONVERT, name + "To" + (wide ? "Double" : "Single"), call.number()).writeFloat();
  }

  /** The arguments of one call as they are pushed, and what becomes of its result. */
  private final class Call {
    private final long slot;
    private final boolean wide;
    private final List<ClassDesc> arguments = new ArrayList<>();

    Call(long slot, boolean wide) {
      this.slot = slot;
      this.wide = wide;
    }

    ClassDesc type() {
      return wide ? DOUBLES : SINGLES;
    }

    /** Returns what holds the bits of a number. */
    ClassDesc number() {
      return wide ? CD_long : CD_int;
    }

    Call float1() {
      return number(SlotLayout.rs1(slot) & 31);
    }

    Call float2() {
      return number(SlotLayout.rs2(slot) & 31);
    }

    Call float3() {
      return number(SlotLayout.rs3(slot));
    }

    private Call number(int register) {
      registers.loadF(register);
      if (!wide) {
        code.invokestatic(BOX, "unbox", MethodTypeDesc.of(CD_int, CD_long));
      }
      return passed(number());
    }

    /** Pushes the register as it is. */
    Call raw1() {
      registers.loadF(SlotLayout.rs1(slot) & 31);
      return this;
    }

    Call integer1() {
      registers.loadX(SlotLayout.rs1(slot));
      return this;
    }

    Call rounding() {
      int mode = SlotLayout.rounding(slot);
      code.loadConstant(mode == DYNAMIC ? Rounding.RNE : mode);
      return passed(CD_int);
    }

    Call status() {
      code.aload(RegionEmitter.STATUS);
      return passed(STATUS);
    }

    Call passed(ClassDesc type) {
      arguments.add(type);
      return this;
    }

    Call invoke(ClassDesc owner, String method, ClassDesc result) {
      code.invokestatic(owner, method, MethodTypeDesc.of(result, arguments));
      return this;
    }

    void writeFloat() {
      if (!wide) {
        code.invokestatic(BOX, "box", MethodTypeDesc.of(CD_long, CD_int));
      }
      registers.storeF(SlotLayout.rd(slot));
    }

    void writeInteger() {
      registers.storeX(SlotLayout.rd(slot));
    }
  }
}

package dev.vls.vmm.jit;

import static dev.vls.vmm.isa.Opcode.*;

import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.isa.SlotLayout;
import java.util.BitSet;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Which registers an instruction reads and writes. x0 and {@link Hart#DISCARD} do not count. */
record Operands(long slot) {
  private int opcode() {
    return SlotLayout.opcode(slot);
  }

  /** The operation on singles that this is the like of. */
  private int floatOperation() {
    return opcode() >= FMADD_S + DOUBLE ? opcode() - DOUBLE : opcode();
  }

  IntStream readsX() {
    int rs1 = SlotLayout.rs1(slot);
    int rs2 = SlotLayout.rs2(slot);
    int opcode = opcode();
    if (opcode >= FMADD_S) {
      int operation = floatOperation();
      boolean fromX =
          (operation >= FCVT_FROM_W_S && operation <= FCVT_FROM_LU_S) || operation == FMV_FROM_X_S;
      return fromX ? IntStream.of(rs1) : IntStream.empty();
    }
    if (opcode >= CSRRWI && opcode <= CSRRCI) {
      return IntStream.empty();
    }
    if (opcode == FSD || opcode == FSW) {
      return IntStream.of(rs1);
    }
    return IntStream.of(rs1, rs2);
  }

  IntStream readsF() {
    int opcode = opcode();
    if (opcode == FSD || opcode == FSW) {
      return IntStream.of(SlotLayout.rs2(slot));
    }
    if (opcode < FMADD_S || readsX().findAny().isPresent()) {
      return IntStream.empty();
    }
    int rs1 = SlotLayout.rs1(slot) & 31;
    int rs2 = SlotLayout.rs2(slot) & 31;
    return floatOperation() <= FNMADD_S
        ? IntStream.of(rs1, rs2, SlotLayout.rs3(slot))
        : IntStream.of(rs1, rs2);
  }

  OptionalInt writesX() {
    int opcode = opcode();
    int rd = SlotLayout.rd(slot);
    boolean branchOrStore =
        (opcode >= BEQ && opcode <= BGEU)
            || (opcode >= SB && opcode <= SD)
            || (opcode >= FLD && opcode <= FENCE_I);
    if (branchOrStore || rd == Hart.DISCARD || writesF().isPresent()) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(rd);
  }

  OptionalInt writesF() {
    int opcode = opcode();
    if (opcode == FLD || opcode == FLW) {
      return OptionalInt.of(SlotLayout.rd(slot));
    }
    if (opcode < FMADD_S) {
      return OptionalInt.empty();
    }
    int operation = floatOperation();
    boolean toX = (operation >= FEQ_S && operation <= FCVT_LU_S) || operation == FMV_TO_X_S;
    return toX ? OptionalInt.empty() : OptionalInt.of(SlotLayout.rd(slot));
  }

  /** Returns all registers that it reads or writes: integer ones by number, then FP ones. */
  BitSet registers() {
    BitSet registers = written();
    readsX().filter(r -> r != 0).forEach(registers::set);
    readsF().forEach(r -> registers.set(Hart.REGISTERS + r));
    return registers;
  }

  /** Returns the register that it writes, if it writes one, in the same form. */
  BitSet written() {
    BitSet registers = new BitSet(2 * Hart.REGISTERS);
    writesX().ifPresent(registers::set);
    writesF().ifPresent(r -> registers.set(Hart.REGISTERS + r));
    return registers;
  }
}

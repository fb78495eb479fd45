package dev.vls.vmm.engine;

import static dev.vls.vmm.isa.Opcode.*;

import dev.vls.vmm.hart.Access;
import dev.vls.vmm.hart.Cause;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.hart.LoadStoreUnit;
import dev.vls.vmm.isa.SlotLayout;

/**
 * LR, SC and AMOs (unprivileged spec, chapter "A"); acquire and release have nothing to order on
 * one thread.
 */
final class AtomicOps {
  private final Hart hart;
  private final LoadStoreUnit loadStore;
  private final long[] x;
  private final Faults faults;

  AtomicOps(Hart hart, Faults faults) {
    this.hart = hart;
    this.loadStore = hart.loadStore();
    this.x = hart.registers();
    this.faults = faults;
  }

  int execute(long slot) {
    boolean wide = SlotLayout.opcode(slot) >= LR_W + DOUBLEWORD;
    int opcode = SlotLayout.opcode(slot) - (wide ? DOUBLEWORD : 0);
    int size = wide ? 8 : 4;
    Access access = opcode == LR_W ? Access.LOAD : Access.STORE;
    int index = loadStore.atomic(x[SlotLayout.rs1(slot)], size, access);
    if (loadStore.cause() != Cause.NONE) {
      return faults.memory();
    }
    long operand = x[SlotLayout.rs2(slot)];
    long result;
    if (opcode == SC_W) {
      boolean held = hart.reservation().take(index, size);
      if (held) {
        loadStore.putAtomic(index, size, operand);
      }
      result = held ? 0 : 1;
    } else {
      result = wide ? loadStore.get(index, 8) : (int) loadStore.get(index, 4);
      if (opcode == LR_W) {
        hart.reservation().set(index, size);
      } else {
        loadStore.putAtomic(index, size, combine(opcode, result, wide ? operand : (int) operand));
      }
    }
    x[SlotLayout.rd(slot)] = result;
    return Outcome.RETIRED;
  }

  /**
   * Both operands are sign-extended words in the word forms, which also orders them as unsigned
   * words.
   */
  private static long combine(int opcode, long old, long operand) {
    return switch (opcode) {
      case AMOSWAP_W -> operand;
      case AMOADD_W -> old + operand;
      case AMOXOR_W -> old ^ operand;
      case AMOAND_W -> old & operand;
      case AMOOR_W -> old | operand;
      case AMOMIN_W -> Math.min(old, operand);
      case AMOMAX_W -> Math.max(old, operand);
      case AMOMINU_W -> Long.compareUnsigned(old, operand) < 0 ? old : operand;
      default -> Long.compareUnsigned(old, operand) > 0 ? old : operand;
    };
  }
}

package dev.vls.vmm.engine;

import static dev.vls.vmm.isa.Opcode.*;

import dev.vls.vmm.hart.Access;
import dev.vls.vmm.hart.Cause;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.hart.LoadStoreUnit;
import dev.vls.vmm.hart.Mmu;

/**
 * LR, SC and AMOs (unprivileged spec, chapter "A"); acquire and release have nothing to order on
 * one thread.
 */
public final class AtomicOps {
  private final Hart hart;
  private final LoadStoreUnit loadStore;
  private long result;

  /** What happens to stores after which the engine has to look up everything again. */
  public enum Watched {
    /** They are performed. */
    STORED,
    /** They are not, and the instruction neither. */
    REFUSED
  }

  /** Creates the atomics of one hart. */
  public AtomicOps(Hart hart) {
    this.hart = hart;
    this.loadStore = hart.loadStore();
  }

  /** Returns what the last instruction that was performed writes to rd. */
  public long result() {
    return result;
  }

  /**
   * Performs one instruction unless it faults; {@link LoadStoreUnit#cause} then says why.
   *
   * @param opcode its {@link dev.vls.vmm.isa.Opcode}
   * @param watched whether a store to a watched frame, or the marking of a page-table entry, is
   *     performed as well
   * @return whether it was performed
   */
  public boolean perform(int opcode, long address, long operand, Watched watched) {
    boolean wide = opcode >= LR_D;
    int operation = opcode - (wide ? DOUBLEWORD : 0);
    int size = wide ? 8 : 4;
    if (operation == SC_W && fails(address, size)) {
      hart.reservation().clear();
      result = 1;
      return true;
    }
    Access access = operation == LR_W ? Access.LOAD : Access.STORE;
    Mmu.Walk walk = watched == Watched.REFUSED ? Mmu.Walk.LOOK : Mmu.Walk.ACCESS;
    int index = loadStore.atomic(address, size, access, walk);
    if (loadStore.cause() != Cause.NONE
        || (watched == Watched.REFUSED && operation != LR_W && loadStore.watched(index, size))) {
      return false;
    }
    if (operation == SC_W) {
      boolean held = hart.reservation().take(index, size); // not if a mark in its frame ended it
      if (held) {
        loadStore.putAtomic(index, size, operand);
      }
      result = held ? 0 : 1;
      return true;
    }
    long old = wide ? loadStore.get(index, 8) : (int) loadStore.get(index, 4);
    if (operation == LR_W) {
      hart.reservation().set(index, size);
    } else {
      loadStore.putAtomic(index, size, combine(operation, old, wide ? operand : (int) operand));
    }
    result = old;
    return true;
  }

  /** Returns whether an SC faults nowhere but stores nothing; such a one marks no page dirty. */
  private boolean fails(long address, int size) {
    int index = loadStore.atomic(address, size, Access.STORE, Mmu.Walk.CHECK);
    return loadStore.cause() == Cause.NONE && !hart.reservation().covers(index, size);
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

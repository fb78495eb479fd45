package dev.vls.vmm.jit;

import dev.vls.vmm.engine.AtomicOps;
import dev.vls.vmm.fp.FpStatus;
import dev.vls.vmm.hart.Cause;
import dev.vls.vmm.hart.CsrFile;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.hart.LoadStoreUnit;

/**
 * What translated code sees of the hart that it runs for, and what it says when it returns.
 *
 * <p>The methods are the slow paths of instructions. They do everything or nothing: if they cannot,
 * they throw {@link LeaveRegionException} and the interpreter does it.
 */
final class RegionContext {
  /** Left for code outside the region: go on at {@link #pc}. */
  static final int JUMP = 0;

  /** The instruction at {@link #pc} is one for the interpreter. */
  static final int INTERPRET = 1;

  /** Fewer instructions may retire than the next stretch can have. */
  static final int BUDGET = 2;

  final long[] x;
  final long[] f;
  final FpStatus status;

  /** The context of data accesses, which cannot change while a region runs. */
  long data;

  /** Where execution goes on, after a return. */
  long pc;

  /** Why the region was left, after a return. */
  int reason;

  /** The address of the indirect jump that left the region, after a return; 0 if none did. */
  long site;

  /** What instret will be when the budget is used up. */
  private long end;

  private final Hart hart;
  private final CsrFile csrs;
  private final LoadStoreUnit unit;
  private final AtomicOps atomics;

  /**
   * @param x the integer registers that code works on: the hart's own, but for warming up
   * @param f the FP registers likewise
   */
  RegionContext(Hart hart, AtomicOps atomics, long[] x, long[] f) {
    this.hart = hart;
    this.csrs = hart.csrs();
    this.unit = hart.loadStore();
    this.atomics = atomics;
    this.status = csrs.floatStatus();
    this.x = x;
    this.f = f;
  }

  /**
   * Runs {@code region} from an entry and brings the hart's pc and instret up to date; returns what
   * is left.
   */
  int run(Region region, int left, int entry) {
    data = hart.mmu().dataContext();
    end = hart.instret() + left;
    int rest = region.run(this, left, entry);
    hart.pc(pc);
    hart.instret(end - rest);
    return rest;
  }

  /** Loads, zero-extended, from memory that the soft TLB does not know. */
  long load(long address, int size) {
    long value = unit.loadMemory(address, size);
    if (unit.cause() != Cause.NONE) {
      throw LeaveRegionException.INSTANCE;
    }
    return value;
  }

  /** Stores to memory that the soft TLB does not know. */
  void store(long address, int size, long value) {
    if (!unit.storeMemory(address, size, value)) {
      throw LeaveRegionException.INSTANCE;
    }
  }

  /** LR, SC or AMO. */
  long atomic(long address, long operand, int opcode) {
    if (!atomics.perform(opcode, address, operand, AtomicOps.Watched.REFUSED)) {
      throw LeaveRegionException.INSTANCE;
    }
    return atomics.result();
  }

  /**
   * Reads a CSR.
   *
   * @param left the budget that is left before this instruction
   */
  long readCsr(int csr, int left) {
    if (!csrs.accessible(csr, false)) {
      throw LeaveRegionException.INSTANCE;
    }
    hart.instret(end - left);
    return csrs.read(csr);
  }

  /** Writes a CSR whose write is inert, see {@link CsrFile#isInert}; returns the old value. */
  long writeCsr(long operand, int csr, int operation) {
    if (!csrs.accessible(csr, true)) {
      throw LeaveRegionException.INSTANCE;
    }
    return csrs.update(csr, operation, operand);
  }
}

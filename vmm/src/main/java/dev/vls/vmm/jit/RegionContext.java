package dev.vls.vmm.jit;

import dev.vls.vmm.engine.AtomicOps;
import dev.vls.vmm.fp.FpStatus;
import dev.vls.vmm.hart.Cause;
import dev.vls.vmm.hart.CsrFile;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.hart.LoadStoreUnit;
import dev.vls.vmm.hart.Mmu;
import dev.vls.vmm.hart.RangeTlb;

/**
 * What translated code sees of the hart that it runs for, and what it says when it returns.
 *
 * <p>The methods are the slow paths of instructions. They do everything or nothing: if they cannot,
 * they return false and the interpreter does it.
 */
final class RegionContext {
  /** Left for code outside the region: go on at {@link #pc}. */
  static final int JUMP = 0;

  /** The instruction at {@link #pc} is one for the interpreter. */
  static final int INTERPRET = 1;

  /** Fewer instructions may retire than the next stretch can have. */
  static final int BUDGET = 2;

  /** As {@link #INTERPRET}; the instruction is a load or store of what is not plain memory. */
  static final int SLOW = 3;

  /**
   * What starts of ranges are too large by, so that distances from there are too small by it, and
   * comparing them as signed numbers compares what they stand for as unsigned ones.
   */
  private static final long BIAS = Long.MIN_VALUE;

  final long[] x;
  final long[] f;
  final FpStatus status;

  /** The context of data accesses, which cannot change while a region runs. */
  long data;

  /**
   * Of pages in one piece that loads may go to, see {@link RangeTlb}: the first address, and {@link
   * #BIAS}.
   */
  long loadsStart;

  /** The limit of distances from there. */
  long loadsLimit = BIAS;

  /** What distances from there are added to for an index in memory. */
  long loadsIndex;

  private long loadsDistance;

  /** The same for stores. */
  long storesStart;

  /** The same for stores. */
  long storesLimit = BIAS;

  /** The same for stores. */
  long storesIndex;

  private long storesDistance;

  /** Where execution goes on, after a return. */
  long pc;

  /** Why the region was left, after a return. */
  int reason;

  /** The address of the indirect jump that left the region, after a return; 0 if none did. */
  long site;

  /** What a method has found, if it returned true. */
  long value;

  /** What instret will be when the budget is used up. */
  private long end;

  private final Hart hart;
  private final Mmu mmu;
  private final RangeTlb loads;
  private final RangeTlb stores;
  private final CsrFile csrs;
  private final LoadStoreUnit unit;
  private final AtomicOps atomics;
  private int seenLoads;
  private int seenStores;

  /**
   * @param x the integer registers that code works on: the hart's own, but for warming up; code for
   *     the only hart of a machine has those as constants, and does not ask
   * @param f the FP registers likewise
   */
  RegionContext(Hart hart, AtomicOps atomics, long[] x, long[] f) {
    this.hart = hart;
    this.mmu = hart.mmu();
    this.loads = hart.tlb().loadRanges();
    this.stores = hart.tlb().storeRanges();
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
    long context = mmu.dataContext();
    if (context != data || loads.version() != seenLoads || stores.version() != seenStores) {
      data = context;
      lookAtRanges();
    }
    end = hart.instret() + left;
    int rest = region.run(this, left, entry);
    hart.pc(pc);
    hart.instret(end - rest);
    return rest;
  }

  /** Takes the ranges over, which may have changed where page tables were walked. */
  private void lookAtRanges() {
    seenLoads = loads.version();
    seenStores = stores.version();
    if (data == Mmu.BARE) {
      loadsLimit = BIAS;
      storesLimit = BIAS;
      return;
    }
    int at = loads.find((int) data);
    loadsStart = loads.start(at) + BIAS;
    loadsLimit = loads.limit(at) - BIAS;
    loadsIndex = loads.index(at) + BIAS;
    loadsDistance = loads.distance(at);
    at = stores.find((int) data);
    storesStart = stores.start(at) + BIAS;
    storesLimit = stores.limit(at) - BIAS;
    storesIndex = stores.index(at) + BIAS;
    storesDistance = stores.distance(at);
  }

  /** Returns the limit for loads if indexes are that far from addresses, else that of no range. */
  long loadsLimit(long distance) {
    return distance == loadsDistance ? loadsLimit : BIAS;
  }

  /** The same for stores. */
  long storesLimit(long distance) {
    return distance == storesDistance ? storesLimit : BIAS;
  }

  /** Loads, zero-extended, from memory that the soft TLB may not know. */
  boolean load(long address, int size) {
    value = unit.loadMemory(address, size);
    lookAtRanges();
    return unit.cause() == Cause.NONE;
  }

  /** Stores to memory that the soft TLB may not know. */
  boolean store(long address, int size, long stored) {
    boolean done = unit.storeMemory(address, size, stored);
    lookAtRanges();
    return done;
  }

  /** LR, SC or AMO. */
  boolean atomic(long address, long operand, int opcode) {
    boolean done = atomics.perform(opcode, address, operand, AtomicOps.Watched.REFUSED);
    value = done ? atomics.result() : 0;
    lookAtRanges();
    return done;
  }

  /**
   * Reads a CSR.
   *
   * @param left the budget that is left before this instruction
   */
  boolean readCsr(int csr, int left) {
    if (!csrs.accessible(csr, false)) {
      return false;
    }
    hart.instret(end - left);
    value = csrs.read(csr);
    return true;
  }

  /**
   * Writes a CSR; the value is the old one. Does it where nothing comes of it but what later
   * instructions see: the write is inert, or masks or unmasks interrupts and none waits.
   */
  boolean writeCsr(long operand, int csr, int operation) {
    if (!csrs.accessible(csr, true)
        || !(CsrFile.isInert(csr) || unmasksNone(operand, csr, operation))) {
      return false;
    }
    value = csrs.update(csr, operation, operand);
    return true;
  }

  private boolean unmasksNone(long operand, int csr, int operation) {
    if (operation == 0 || !CsrFile.masksInterrupts(csr, operand)) {
      return false;
    }
    hart.refreshUpcall();
    return !hart.wakeable();
  }
}

package dev.vls.vmm.hart;

import static dev.vls.vmm.hart.CsrLayout.*;

import dev.vls.vmm.StateExchange;
import dev.vls.vmm.TimeBase;
import dev.vls.vmm.fp.FpStatus;
import java.util.List;

/**
 * The control and status registers of one hart: who may access which, WARL rules and side effects
 * (privileged spec, chapters 3, 4 and 10; Sstc).
 */
public final class CsrFile implements StateExchange.Restorable {
  private static final byte[] EXISTS = new byte[4096];

  static {
    for (Csr csr : KNOWN) {
      EXISTS[csr.number()] = 1;
    }
  }

  /** Returns every CSR that exists, by number; all others are illegal instructions. */
  public static List<Csr> known() {
    return KNOWN;
  }

  private final Hart hart;
  private final TimeBase time;
  private final InterruptFile interrupts;
  private final CounterFile counters = new CounterFile();

  private long mstatus;
  private long medeleg;
  private long mtvec;
  private long mcounteren;
  private long menvcfg;
  private long mscratch;
  private long mepc;
  private long mcause;
  private long mtval;
  private long stvec;
  private long scounteren;
  private long senvcfg;
  private long sscratch;
  private long sepc;
  private long scause;
  private long stval;
  private long satp;
  private final FpStatus floatStatus = new FpStatus();
  private int frm;

  CsrFile(Hart hart, TimeBase time, InterruptFile interrupts) {
    this.hart = hart;
    this.time = time;
    this.interrupts = interrupts;
  }

  /**
   * Sets what a hart finds at its first instruction: after firmware like OpenSBI for a payload,
   * after reset for firmware.
   */
  void reset(boolean supervisorPayload) {
    mstatus = supervisorPayload ? STATUS_FS : 0;
    medeleg = supervisorPayload ? MEDELEG_WRITABLE & ~(1L << (Cause.ECALL_FROM_USER + 1)) : 0;
    mcounteren = supervisorPayload ? COUNTERS : 0;
    scounteren = supervisorPayload ? 7 : 0;
    menvcfg = supervisorPayload ? MENVCFG_STCE | MENVCFG_ADUE : MENVCFG_ADUE;
    mtvec = 0;
    mscratch = 0;
    mepc = 0;
    mcause = 0;
    mtval = 0;
    stvec = 0;
    senvcfg = 0;
    sscratch = 0;
    sepc = 0;
    scause = 0;
    stval = 0;
    satp = 0;
    floatStatus.flags = 0;
    frm = 0;
    counters.reset();
  }

  /**
   * Returns whether the hart may access {@code csr} now, by existence, privilege and the enables
   * that guard it.
   *
   * @param csr 12-bit CSR number
   * @param write whether the instruction writes
   */
  public boolean accessible(int csr, boolean write) {
    if (EXISTS[csr] == 0
        || hart.privilege().code() < (csr >>> 8 & 3)
        || (write && csr >>> 10 == 3)) {
      return false;
    }
    if (csr <= FCSR) {
      return floatsOn();
    }
    if (csr >= CYCLE && csr <= HPMCOUNTER31) {
      return counterEnabled(csr - CYCLE);
    }
    return switch (csr) {
      case SATP -> hart.privilege() != Privilege.SUPERVISOR || (mstatus & STATUS_TVM) == 0;
      case STIMECMP ->
          hart.privilege() == Privilege.MACHINE
              || ((menvcfg & MENVCFG_STCE) != 0 && (mcounteren & 2) != 0);
      default -> true;
    };
  }

  /** Returns the value of an accessible CSR. */
  public long read(int csr) {
    return switch (csr) {
      case FFLAGS -> floatStatus.flags;
      case FRM -> frm;
      case FCSR -> (frm << 5) | floatStatus.flags;
      case SSTATUS -> mstatus() & SSTATUS_READABLE;
      case SIE -> interrupts.enabled() & interrupts.delegated();
      case STVEC -> stvec;
      case SCOUNTEREN -> scounteren;
      case SENVCFG -> senvcfg;
      case SSCRATCH -> sscratch;
      case SEPC -> sepc;
      case SCAUSE -> scause;
      case STVAL -> stval;
      case SIP -> refreshed().shown() & interrupts.delegated();
      case STIMECMP -> interrupts.stimecmp();
      case SATP -> satp;
      case CYCLE, MCYCLE -> counters.cycle(hart.instret());
      case TIME -> time.time(hart.domainInstret());
      case INSTRET, MINSTRET -> counters.instret(hart.instret());
      default -> readMachine(csr);
    };
  }

  private long readMachine(int csr) {
    return switch (csr) {
      case MSTATUS -> mstatus();
      case MISA -> MISA_VALUE;
      case MEDELEG -> medeleg;
      case MIDELEG -> interrupts.delegated();
      case MIE -> interrupts.enabled();
      case MTVEC -> mtvec;
      case MCOUNTEREN -> mcounteren;
      case MENVCFG -> menvcfg;
      case MCOUNTINHIBIT -> counters.inhibited();
      case MSCRATCH -> mscratch;
      case MEPC -> mepc;
      case MCAUSE -> mcause;
      case MTVAL -> mtval;
      case MIP -> refreshed().shown();
      case MHARTID -> hart.id();
      default -> 0;
    };
  }

  /**
   * Returns what CSRRS and CSRRC combine with their operand: {@link #read} but for mip, where the
   * SEIP line does not count.
   */
  private long readForUpdate(int csr) {
    return csr == MIP ? refreshed().pendingForUpdate() : read(csr);
  }

  /** Writes an accessible CSR; illegal values become legal ones as WARL allows. */
  public void write(int csr, long value) {
    switch (csr) {
      case FFLAGS -> floatState((int) value & 31, frm);
      case FRM -> floatState(floatStatus.flags, (int) value & 7);
      case FCSR -> floatState((int) value & 31, (int) value >>> 5 & 7);
      case SSTATUS -> writeStatus(value, SSTATUS_WRITABLE);
      case SIE -> deciding().writeSupervisorEnabled(value);
      case STVEC -> stvec = value & ~2;
      case SCOUNTEREN -> scounteren = value & COUNTERS;
      case SENVCFG -> senvcfg = value & ENVCFG_FIOM;
      case SSCRATCH -> sscratch = value;
      case SEPC -> sepc = value & ~1;
      case SCAUSE -> scause = value;
      case STVAL -> stval = value;
      case SIP -> deciding().writeSupervisorPending(value);
      case STIMECMP -> hart.stimecmp(value);
      case SATP -> writeSatp(value);
      default -> writeMachine(csr, value);
    }
  }

  private void writeMachine(int csr, long value) {
    switch (csr) {
      case MSTATUS -> writeStatus(value, MSTATUS_WRITABLE);
      case MEDELEG -> medeleg = value & MEDELEG_WRITABLE;
      case MIDELEG -> deciding().writeDelegated(value);
      case MIE -> deciding().writeEnabled(value);
      case MTVEC -> mtvec = value & ~2;
      case MCOUNTEREN -> mcounteren = value & COUNTERS;
      case MENVCFG -> writeMenvcfg(value);
      case MCOUNTINHIBIT -> counters.writeInhibited(value, hart.instret());
      case MSCRATCH -> mscratch = value;
      case MEPC -> mepc = value & ~1;
      case MCAUSE -> mcause = value;
      case MTVAL -> mtval = value;
      case MIP -> deciding().writePending(value);
      case MCYCLE -> counters.writeCycle(value, hart.instret());
      case MINSTRET -> counters.writeInstret(value, hart.instret());
      default -> {
        // misa, PMP and event counters are WARL fields that are read-only here
      }
    }
  }

  /**
   * Executes CSRRW, CSRRS or CSRRC on an accessible CSR.
   *
   * @param operation 0, 1 or 2 in that order
   * @return the old value
   */
  public long update(int csr, int operation, long operand) {
    long old = read(csr);
    write(
        csr,
        switch (operation) {
          case 0 -> operand;
          case 1 -> readForUpdate(csr) | operand;
          default -> readForUpdate(csr) & ~operand;
        });
    return old;
  }

  /** Returns whether FP instructions are legal: mstatus.FS is not Off. */
  public boolean floatsOn() {
    return (mstatus & STATUS_FS) != 0;
  }

  /** Returns whether mstatus.FS is Dirty already. */
  public boolean floatsDirty() {
    return (mstatus & STATUS_FS) == STATUS_FS;
  }

  /** Sets mstatus.FS to Dirty: an FP register or fcsr has changed. */
  public void dirtyFloats() {
    mstatus |= STATUS_FS;
  }

  /** Returns fcsr.frm, also when it holds a reserved value. */
  public int frm() {
    return frm;
  }

  /** Returns the live fcsr.fflags; who raises a flag makes {@link #dirtyFloats} true too. */
  @SuppressWarnings("exports") // for engines, which are in this module
  public FpStatus floatStatus() {
    return floatStatus;
  }

  /**
   * Returns whether a write of {@code csr} changes nothing but what its reads and later traps see.
   */
  public static boolean isInert(int csr) {
    return csr == SSCRATCH || csr == SEPC || csr == MSCRATCH || csr == MEPC;
  }

  /**
   * Returns whether setting or clearing {@code bits} in {@code csr} changes nothing but whether
   * interrupts are taken: sstatus.SIE and nothing else.
   */
  public static boolean masksInterrupts(int csr, long bits) {
    return csr == SSTATUS && (bits & ~STATUS_SIE) == 0;
  }

  /** Returns whether a read of {@code csr} brings pending interrupts up to date first. */
  public static boolean showsPending(int csr) {
    return csr == SIP || csr == MIP;
  }

  /** Returns whether the privilege-dependent trap bit (STATUS_TVM, TW or TSR) is set. */
  boolean status(long bit) {
    return (mstatus & bit) != 0;
  }

  /** Returns whether page-table walks set A and D (menvcfg.ADUE). */
  boolean updatesEntries() {
    return (menvcfg & MENVCFG_ADUE) != 0;
  }

  /** Returns mstatus without the derived bits. */
  long rawStatus() {
    return mstatus;
  }

  void rawStatus(long value) {
    mstatus = value;
  }

  long medeleg() {
    return medeleg;
  }

  long satp() {
    return satp;
  }

  long mtvec() {
    return mtvec;
  }

  long stvec() {
    return stvec;
  }

  long mepc() {
    return mepc;
  }

  long sepc() {
    return sepc;
  }

  void machineTrap(long epc, long cause, long tval) {
    mepc = epc;
    mcause = cause;
    mtval = tval;
  }

  void supervisorTrap(long epc, long cause, long tval) {
    sepc = epc;
    scause = cause;
    stval = tval;
  }

  private long mstatus() {
    return mstatus | STATUS_UXL_SXL | (floatsDirty() ? STATUS_SD : 0);
  }

  private InterruptFile refreshed() {
    hart.refreshTimer();
    return interrupts;
  }

  /** What decides over interrupts must see the upcall as it is now. */
  private InterruptFile deciding() {
    hart.refreshUpcall();
    return interrupts;
  }

  private boolean counterEnabled(int counter) {
    return switch (hart.privilege()) {
      case MACHINE -> true;
      case SUPERVISOR -> (mcounteren >>> counter & 1) != 0;
      case USER -> (mcounteren >>> counter & 1) != 0 && (scounteren >>> counter & 1) != 0;
    };
  }

  private void floatState(int flags, int rounding) {
    floatStatus.flags = flags;
    frm = rounding;
    dirtyFloats();
  }

  private void writeStatus(long value, long writable) {
    long next = (mstatus & ~writable) | (value & writable);
    if ((next & STATUS_MPP) >>> STATUS_MPP_SHIFT == 2) {
      next = (next & ~STATUS_MPP) | (mstatus & STATUS_MPP);
    }
    mstatus = next;
    hart.refreshUpcall();
    hart.translationChanged();
  }

  private void writeSatp(long value) {
    long mode = value >>> SATP_MODE_SHIFT;
    if (mode == 0 || mode == SATP_SV39 || mode == SATP_SV48) {
      satp = value;
      hart.translationChanged();
    }
  }

  private void writeMenvcfg(long value) {
    menvcfg = value & (ENVCFG_FIOM | MENVCFG_ADUE | MENVCFG_STCE);
    interrupts.compare((menvcfg & MENVCFG_STCE) != 0);
    hart.refreshTimer();
    hart.yield();
  }

  @Override
  public void exchange(StateExchange exchange) {
    mstatus = exchange.word(mstatus);
    medeleg = exchange.word(medeleg);
    mtvec = exchange.word(mtvec);
    mcounteren = exchange.word(mcounteren);
    menvcfg = exchange.word(menvcfg);
    mscratch = exchange.word(mscratch);
    mepc = exchange.word(mepc);
    mcause = exchange.word(mcause);
    mtval = exchange.word(mtval);
    stvec = exchange.word(stvec);
    scounteren = exchange.word(scounteren);
    senvcfg = exchange.word(senvcfg);
    sscratch = exchange.word(sscratch);
    sepc = exchange.word(sepc);
    scause = exchange.word(scause);
    stval = exchange.word(stval);
    satp = exchange.word(satp);
    floatStatus.flags = exchange.number(floatStatus.flags, 0, 31);
    frm = exchange.number(frm, 0, 7);
    counters.exchange(exchange);
  }
}

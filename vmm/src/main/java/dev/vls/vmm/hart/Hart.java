package dev.vls.vmm.hart;

import dev.vls.vmm.Position;
import dev.vls.vmm.StateExchange;
import dev.vls.vmm.TimeBase;
import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.memory.MmioBus;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * One RV64GC hart: its registers and counts, and the collaborators that hold the rest of its state
 * (DESIGN section 2).
 *
 * <p>Inside the boundary; only the domain's thread may call. Engines work on it through {@link
 * #registers}, {@link #tlb} and their like; everybody else uses the named accessors, at instruction
 * boundaries.
 */
public final class Hart implements StateExchange.Restorable {
  /** Number of integer and of FP registers. */
  public static final int REGISTERS = 32;

  /** Index in {@link #registers} that engines write instead of x0. */
  public static final int DISCARD = 32;

  private final int id;
  private final HartGroup group;
  private final long[] x = new long[REGISTERS * 2];
  private final long[] f = new long[REGISTERS];
  private final InterruptFile interrupts;
  private final CsrFile csrs;
  private final TrapUnit trapUnit;
  private final Mmu mmu;
  private final LoadStoreUnit loadStore;
  private final Reservation reservation;
  private final VirtualCopy virtualCopy;
  private long pc;
  private Privilege privilege;
  private long instret;
  private long traps;
  private boolean waiting;
  private boolean yielding;
  private boolean paused;

  /**
   * Creates a hart after reset that is alone in its group.
   *
   * @param id hart number (mhartid)
   * @param time what the time CSR reads
   * @param firmware who owns M-mode
   */
  public Hart(int id, GuestMemory memory, MmioBus bus, TimeBase time, Firmware firmware) {
    this(id, new HartGroup(memory, bus, time, firmware));
  }

  /**
   * Creates a hart after reset.
   *
   * @param id hart number (mhartid)
   * @param group the harts of the domain; the first one that is created in it runs first
   */
  public Hart(int id, HartGroup group) {
    this.id = id;
    this.group = group;
    GuestMemory memory = group.memory();
    interrupts = new InterruptFile(group.time());
    csrs = new CsrFile(this, group.time(), interrupts);
    trapUnit = new TrapUnit(this, csrs, interrupts);
    mmu = new Mmu(this, csrs, group);
    loadStore = new LoadStoreUnit(mmu, group.tlb(), memory, group.bus());
    reservation = new Reservation(memory);
    virtualCopy = new VirtualCopy(mmu, memory);
    group.join(this);
    reset();
  }

  /** Returns the hart's number. */
  public int id() {
    return id;
  }

  /** Returns whether its domain has no other. */
  public boolean isAlone() {
    return group.isSingle();
  }

  /** Returns who owns M-mode. */
  public Firmware firmware() {
    return group.firmware();
  }

  /** Returns integer register {@code r}, 0 to 31. */
  public long x(int r) {
    return x[r];
  }

  /** Sets integer register {@code r}, 0 to 31; register 0 stays 0. */
  public void x(int r, long value) {
    if (r != 0) {
      x[Objects.checkIndex(r, REGISTERS)] = value;
    }
  }

  /** Returns the raw bits of FP register {@code r}, 0 to 31. */
  public long f(int r) {
    return f[r];
  }

  /** Returns the address of the next instruction. */
  public long pc() {
    return pc;
  }

  /** Sets the address of the next instruction; bit 0 is ignored. */
  public void pc(long address) {
    pc = address & ~1;
  }

  /** Returns the privilege mode. */
  public Privilege privilege() {
    return privilege;
  }

  void privilege(Privilege next) {
    privilege = next;
    translationChanged();
  }

  /**
   * Resets the hart (counts stay) and lets it begin at {@code address} in its first mode: S without
   * firmware, M with it.
   */
  public void start(long address, long a0, long a1) {
    reset();
    pc(address);
    x[10] = a0;
    x[11] = a1;
  }

  private void reset() {
    Arrays.fill(x, 0);
    Arrays.fill(f, 0);
    boolean payload = group.firmware() == Firmware.SUPERVISOR_PAYLOAD;
    interrupts.reset(payload);
    refreshUpcall();
    csrs.reset(payload);
    reservation.clear();
    waiting = false;
    privilege(payload ? Privilege.SUPERVISOR : Privilege.MACHINE);
  }

  /** Returns how many instructions of this hart have retired since power-on. */
  public long instret() {
    return instret;
  }

  /**
   * Returns how many instructions all harts of the domain have retired: what guest time is a
   * function of. Timer deadlines are such counts.
   */
  public long domainInstret() {
    return group.instret();
  }

  /**
   * Sets the count: engines keep it in a local while they run and write it back before anything can
   * look.
   */
  public void instret(long retired) {
    instret = retired;
  }

  /** Returns how many traps, interrupts and VMM entries there have been since power-on. */
  public long traps() {
    return traps;
  }

  /** Counts one VMM entry, such as a re-entry while the hart idles. */
  public void countTrap() {
    traps++;
  }

  /** Returns the position of this hart's domain. */
  public Position position() {
    return group.position();
  }

  /** Returns whether a WFI has retired and the hart is to be idle. */
  public boolean waiting() {
    return waiting;
  }

  /** Sets or ends idleness. */
  public void waiting(boolean idle) {
    waiting = idle;
  }

  /**
   * Returns whether WFI would not wait: an interrupt is pending in mip and enabled in mie, whatever
   * mstatus says.
   */
  public boolean wakeable() {
    refreshTimer();
    return (interrupts.pending() & interrupts.enabled()) != 0;
  }

  /**
   * Sets the level of a bit of mip that is driven from outside the hart.
   *
   * @param interrupt one of {@link Interrupt}
   */
  public void line(int interrupt, boolean level) {
    interrupts.line(interrupt, level);
  }

  /**
   * Sets what drives {@link Interrupt#UPCALL}: a level in guest memory, which stores change unseen.
   *
   * <p>The line is a latch of it. {@link #refreshUpcall} loads the latch at the instants after
   * which engines look for interrupts anyway, which are the same in all of them; nowhere else can
   * the upcall become takeable.
   */
  public void upcallSource(BooleanSupplier source) {
    interrupts.upcallSource(source);
  }

  /**
   * Loads the upcall line from its source. CSR writes and trap returns do so by themselves; for WFI
   * and for calls into the VMM the caller does, and looks for interrupts afterwards.
   */
  public void refreshUpcall() {
    interrupts.refreshUpcall();
  }

  /** Sets the software-writable SSIP bit, as an SBI IPI does. */
  public void softwareInterrupt(boolean level) {
    interrupts.softwareInterrupt(level);
  }

  /** Returns the S-mode timer compare value in ticks. */
  public long stimecmp() {
    return interrupts.stimecmp();
  }

  /** Sets the compare value, recomputes STIP, and yields because the timer deadline has moved. */
  public void stimecmp(long ticks) {
    interrupts.stimecmp(ticks);
    refreshTimer();
    this.yield();
  }

  /** Recomputes STIP from the present time. */
  public void refreshTimer() {
    interrupts.refreshTimer(domainInstret());
  }

  /**
   * Returns the smallest {@link #domainInstret} at which STIP becomes 1; MAX_VALUE if it is 1
   * already or never will be.
   */
  public long timerDeadline() {
    return interrupts.timerDeadline(domainInstret());
  }

  /** Makes the engine return after the present instruction; no effect while it does not run. */
  @SuppressWarnings("NamedLikeContextualKeyword") // the same word as Stop.YIELD
  public void yield() {
    yielding = true;
  }

  /** Returns whether {@link #yield} was called since the last call of this method. */
  public boolean takeYield() {
    boolean was = yielding;
    yielding = false;
    return was;
  }

  /** Notes that the hart has nothing to do that others cannot do first. */
  public void pause() {
    paused = true;
  }

  /** Returns whether {@link #pause} was called since the last call of this method. */
  public boolean takePause() {
    boolean was = paused;
    paused = false;
    return was;
  }

  /**
   * Copies from guest-virtual memory as a load of S-mode does now; page-table entries are marked.
   *
   * @return false if any page is not readable or no memory is behind it; {@code target} is then
   *     unchanged
   */
  public boolean readVirtual(long address, byte[] target, int at, int length) {
    return virtualCopy.read(address, target, at, length, Mmu.Walk.ACCESS);
  }

  /**
   * Copies what {@link #readVirtual} does and changes nothing: for who looks on, and is not the
   * guest.
   */
  public boolean peekVirtual(long address, byte[] target, int at, int length) {
    return virtualCopy.read(address, target, at, length, Mmu.Walk.CHECK);
  }

  /**
   * Copies to guest-virtual memory as a store of S-mode does now; page-table entries are marked.
   *
   * @return false if any page is not writable or no memory is behind it; nothing is then written
   */
  public boolean writeVirtual(long address, byte[] source, int at, int length) {
    return virtualCopy.write(address, source, at, length);
  }

  /**
   * Returns the live integer registers for engines: x0 to x31, then {@link #DISCARD} and filling.
   */
  @SuppressWarnings("EI_EXPOSE_REP")
  public long[] registers() {
    return x;
  }

  /** Returns the live FP registers for engines. */
  @SuppressWarnings("EI_EXPOSE_REP")
  public long[] floats() {
    return f;
  }

  /** Sets sstatus.SIE, as a hypercall that waits with interrupts enabled does. */
  public void enableSupervisorInterrupts() {
    csrs.write(CsrLayout.SSTATUS, csrs.read(CsrLayout.SSTATUS) | CsrLayout.STATUS_SIE);
  }

  /** Returns the CSRs. */
  public CsrFile csrs() {
    return csrs;
  }

  /** Returns guest memory. */
  public GuestMemory memory() {
    return group.memory();
  }

  /** Returns the translation caches. */
  public SoftTlb tlb() {
    return group.tlb();
  }

  /** Returns address translation. */
  public Mmu mmu() {
    return mmu;
  }

  /** Returns the slow path of loads and stores. */
  public LoadStoreUnit loadStore() {
    return loadStore;
  }

  /** Returns the LR/SC reservation. */
  public Reservation reservation() {
    return reservation;
  }

  /** Takes an exception at the present pc: counts a trap and moves to the handler. */
  public void exception(int cause, long tval) {
    trapUnit.exception(cause, tval);
  }

  /** Returns whether an interrupt is to be taken before the next instruction. */
  public boolean interruptible() {
    return wakeable() && trapUnit.takeable() != 0;
  }

  /** Takes the interrupt of highest priority; {@link #interruptible} must hold. */
  public void takeInterrupt() {
    trapUnit.interrupt(trapUnit.takeable());
  }

  /**
   * Executes SRET.
   *
   * @return false if it is illegal here (U-mode, or S-mode with mstatus.TSR)
   */
  public boolean returnFromSupervisor() {
    if (privilege == Privilege.USER || trappedBy(CsrLayout.STATUS_TSR)) {
      return false;
    }
    trapUnit.returnFromSupervisor();
    refreshUpcall();
    return true;
  }

  /**
   * Executes MRET.
   *
   * @return false if it is illegal here (not M-mode)
   */
  public boolean returnFromMachine() {
    if (privilege != Privilege.MACHINE) {
      return false;
    }
    trapUnit.returnFromMachine();
    refreshUpcall();
    return true;
  }

  /**
   * Returns whether SFENCE.VMA is legal here; it has nothing to do (architecture, "Coherent
   * translation").
   */
  public boolean mayFence() {
    return privilege != Privilege.USER && !trappedBy(CsrLayout.STATUS_TVM);
  }

  /** Returns whether WFI is legal here. */
  public boolean mayWait() {
    return privilege != Privilege.USER && !trappedBy(CsrLayout.STATUS_TW);
  }

  private boolean trappedBy(long statusBit) {
    return privilege == Privilege.SUPERVISOR && csrs.status(statusBit);
  }

  /** Follows a change of privilege, mstatus or satp, or of the hart that runs. */
  void translationChanged() {
    mmu.contextChanged();
  }

  /** What the group derives of its harts is to be counted again when all are restored. */
  @Override
  public void exchange(StateExchange exchange) {
    for (int r = 1; r < REGISTERS; r++) {
      x[r] = exchange.word(x[r]);
    }
    exchange.words(f);
    pc = exchange.word(pc);
    privilege = Privilege.of(exchange.number(privilege.code(), 0, 3));
    instret = exchange.word(instret);
    traps = exchange.word(traps);
    waiting = exchange.flag(waiting);
    csrs.exchange(exchange);
    interrupts.exchange(exchange);
    reservation.exchange(exchange);
    if (exchange.restores()) {
      translationChanged();
    }
  }
}

package dev.vls.vmm.hart;

import dev.vls.vmm.StateExchange;
import dev.vls.vmm.TimeBase;
import java.util.function.BooleanSupplier;

/** Pending, enabled and delegated interrupts, and the S-mode timer compare register (Sstc). */
final class InterruptFile implements StateExchange.Restorable {
  private static final long STIP = 1L << Interrupt.STI;
  private static final long SSIP = 1L << Interrupt.SSI;
  private static final long SEIP = 1L << Interrupt.SEI;
  private static final long UPCALL = 1L << Interrupt.UPCALL;

  private final TimeBase time;
  private long lines;
  private long software;
  private long enabled;
  private long delegated;
  private long stimecmp;
  private boolean compare;
  private boolean expired;
  private BooleanSupplier upcall;

  InterruptFile(TimeBase time) {
    this.time = time;
  }

  /** Resets everything but the lines, which others drive. */
  void reset(boolean supervisorPayload) {
    software = 0;
    enabled = 0;
    delegated = supervisorPayload ? Interrupt.SUPERVISOR : UPCALL;
    stimecmp = -1;
    compare = supervisorPayload;
    expired = false;
  }

  /** Returns mip. */
  long pending() {
    long timer = compare ? (expired ? STIP : 0) : software & STIP;
    return lines | (software & ~STIP) | timer;
  }

  /** Returns mip as instructions read it: the upcall as its source has it now. */
  long shown() {
    return upcall == null
        ? pending()
        : (pending() & ~UPCALL) | (upcall.getAsBoolean() ? UPCALL : 0);
  }

  void upcallSource(BooleanSupplier source) {
    upcall = source;
  }

  void refreshUpcall() {
    if (upcall != null) {
      line(Interrupt.UPCALL, upcall.getAsBoolean());
    }
  }

  /**
   * Returns mip as a read-modify-write instruction sees it: without the external line that is ORed
   * into SEIP.
   */
  long pendingForUpdate() {
    return (pending() & ~SEIP) | (software & SEIP);
  }

  /** Returns mie. */
  long enabled() {
    return enabled;
  }

  /** Returns mideleg. */
  long delegated() {
    return delegated;
  }

  long stimecmp() {
    return stimecmp;
  }

  void stimecmp(long value) {
    stimecmp = value;
  }

  /** Turns the compare register on or off (menvcfg.STCE). */
  void compare(boolean on) {
    compare = on;
  }

  boolean compare() {
    return compare;
  }

  void line(int interrupt, boolean level) {
    lines = level ? lines | 1L << interrupt : lines & ~(1L << interrupt);
  }

  void softwareInterrupt(boolean level) {
    software = level ? software | SSIP : software & ~SSIP;
  }

  /** M-mode write of mip. */
  void writePending(long value) {
    long writable = SSIP | SEIP | (compare ? 0 : STIP);
    software = (software & ~writable) | (value & writable);
  }

  /** S-mode write of sip: SSIP where it is delegated. */
  void writeSupervisorPending(long value) {
    long writable = SSIP & delegated;
    software = (software & ~writable) | (value & writable);
  }

  void writeEnabled(long value) {
    enabled = value & Interrupt.ALL;
  }

  void writeSupervisorEnabled(long value) {
    enabled = (enabled & ~delegated) | (value & delegated & Interrupt.ALL);
  }

  void writeDelegated(long value) {
    delegated = (value & Interrupt.SUPERVISOR) | UPCALL;
  }

  void refreshTimer(long instret) {
    expired = Long.compareUnsigned(time.time(instret), stimecmp) >= 0;
  }

  /**
   * Returns the smallest instret at which STIP becomes 1, or MAX_VALUE if it is 1 already or
   * cannot.
   */
  long timerDeadline(long instret) {
    if (!compare || expired || stimecmp == -1L) {
      return Long.MAX_VALUE;
    }
    return time.instretAt(stimecmp, instret);
  }

  /**
   * Returns the interrupts that trap now: those for M-mode if there are any, else those for S-mode,
   * else 0.
   *
   * @param toMachine whether those for M-mode are enabled by mode and xIE
   * @param toSupervisor whether those for S-mode are
   */
  long takeable(boolean toMachine, boolean toSupervisor) {
    long ready = pending() & enabled;
    long machine = toMachine ? ready & ~delegated : 0;
    if (machine != 0) {
      return machine;
    }
    return toSupervisor ? ready & delegated : 0;
  }

  /** Leaves out STIP: it is a function of the rest and of time. */
  @Override
  public void exchange(StateExchange exchange) {
    lines = exchange.word(lines);
    software = exchange.word(software);
    enabled = exchange.word(enabled);
    delegated = exchange.word(delegated);
    stimecmp = exchange.word(stimecmp);
    compare = exchange.flag(compare);
  }
}

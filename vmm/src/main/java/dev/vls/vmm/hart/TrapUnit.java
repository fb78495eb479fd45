package dev.vls.vmm.hart;

import static dev.vls.vmm.hart.CsrLayout.*;

/** Enters and leaves trap handlers (privileged spec 3.1.6, 3.1.7, 3.1.8, 4.1.1). */
final class TrapUnit {
  private static final long INTERRUPT_BIT = 1L << 63;

  private final Hart hart;
  private final CsrFile csrs;
  private final InterruptFile interrupts;

  TrapUnit(Hart hart, CsrFile csrs, InterruptFile interrupts) {
    this.hart = hart;
    this.csrs = csrs;
    this.interrupts = interrupts;
  }

  /** Takes exception {@code cause} at the present pc. */
  void exception(int cause, long tval) {
    boolean toSupervisor =
        hart.privilege() != Privilege.MACHINE && (csrs.medeleg() >>> cause & 1) != 0;
    enter(toSupervisor, cause, tval);
  }

  /** Returns the interrupts that are to be taken before the next instruction; 0 if none. */
  long takeable() {
    Privilege privilege = hart.privilege();
    boolean toMachine = privilege != Privilege.MACHINE || csrs.status(STATUS_MIE);
    boolean toSupervisor =
        privilege == Privilege.USER
            || (privilege == Privilege.SUPERVISOR && csrs.status(STATUS_SIE));
    return interrupts.takeable(toMachine, toSupervisor);
  }

  /** Takes the interrupt of highest priority in the non-empty set {@code takeable}. */
  void interrupt(long takeable) {
    int interrupt = Interrupt.first(takeable);
    boolean toSupervisor = (interrupts.delegated() >>> interrupt & 1) != 0;
    enter(toSupervisor, INTERRUPT_BIT | interrupt, 0);
  }

  /** Executes SRET; its legality has been checked. */
  void returnFromSupervisor() {
    long status = csrs.rawStatus();
    Privilege next = (status & STATUS_SPP) != 0 ? Privilege.SUPERVISOR : Privilege.USER;
    long enable = (status & STATUS_SPIE) != 0 ? STATUS_SIE : 0;
    csrs.rawStatus((status & ~(STATUS_SIE | STATUS_SPP | STATUS_MPRV)) | enable | STATUS_SPIE);
    hart.pc(csrs.sepc());
    hart.privilege(next);
  }

  /** Executes MRET; its legality has been checked. */
  void returnFromMachine() {
    long status = csrs.rawStatus();
    Privilege next = Privilege.of((int) (status >>> STATUS_MPP_SHIFT) & 3);
    long enable = (status & STATUS_MPIE) != 0 ? STATUS_MIE : 0;
    long cleared = STATUS_MIE | STATUS_MPP | (next != Privilege.MACHINE ? STATUS_MPRV : 0);
    csrs.rawStatus((status & ~cleared) | enable | STATUS_MPIE);
    hart.pc(csrs.mepc());
    hart.privilege(next);
  }

  private void enter(boolean toSupervisor, long cause, long tval) {
    long status = csrs.rawStatus();
    long vector;
    if (toSupervisor) {
      csrs.supervisorTrap(hart.pc(), cause, tval);
      long previous = hart.privilege() == Privilege.SUPERVISOR ? STATUS_SPP : 0;
      long enable = (status & STATUS_SIE) != 0 ? STATUS_SPIE : 0;
      csrs.rawStatus((status & ~(STATUS_SIE | STATUS_SPIE | STATUS_SPP)) | previous | enable);
      vector = csrs.stvec();
      hart.privilege(Privilege.SUPERVISOR);
    } else {
      csrs.machineTrap(hart.pc(), cause, tval);
      long previous = (long) hart.privilege().code() << STATUS_MPP_SHIFT;
      long enable = (status & STATUS_MIE) != 0 ? STATUS_MPIE : 0;
      csrs.rawStatus((status & ~(STATUS_MIE | STATUS_MPIE | STATUS_MPP)) | previous | enable);
      vector = csrs.mtvec();
      hart.privilege(Privilege.MACHINE);
    }
    boolean vectored = cause < 0 && (vector & 1) != 0;
    hart.pc((vector & ~3) + (vectored ? 4 * (cause & ~INTERRUPT_BIT) : 0));
    hart.countTrap();
  }
}

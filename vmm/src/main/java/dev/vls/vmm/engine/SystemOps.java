package dev.vls.vmm.engine;

import dev.vls.vmm.hart.Cause;
import dev.vls.vmm.hart.CsrFile;
import dev.vls.vmm.hart.Firmware;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.hart.Privilege;
import dev.vls.vmm.isa.Opcode;
import dev.vls.vmm.isa.SlotLayout;

/**
 * CSR, trap-return, WFI, fence and environment-call instructions (privileged spec 3.3, 4.2; Zicsr).
 */
final class SystemOps {
  private final Hart hart;
  private final CsrFile csrs;
  private final long[] x;
  private final Faults faults;
  private Stop stop;

  SystemOps(Hart hart, Faults faults) {
    this.hart = hart;
    this.csrs = hart.csrs();
    this.x = hart.registers();
    this.faults = faults;
  }

  /** Returns why the engine has to stop after the last operation, or null. */
  Stop takeStop() {
    Stop was = stop;
    stop = null;
    return was;
  }

  int execute(long slot) {
    return switch (SlotLayout.opcode(slot)) {
      case Opcode.FENCE, Opcode.FENCE_I -> Outcome.RETIRED;
      case Opcode.PAUSE -> pause();
      case Opcode.ECALL -> environmentCall();
      case Opcode.EBREAK -> faults.raise(Cause.BREAKPOINT, hart.pc());
      case Opcode.SRET -> hart.returnFromSupervisor() ? Outcome.MOVED : faults.illegal();
      case Opcode.MRET -> hart.returnFromMachine() ? Outcome.MOVED : faults.illegal();
      case Opcode.SFENCE_VMA -> hart.mayFence() ? Outcome.RETIRED : faults.illegal();
      case Opcode.WFI -> hart.mayWait() ? waitForInterrupt() : faults.illegal();
      default -> csr(slot);
    };
  }

  private int environmentCall() {
    Privilege privilege = hart.privilege();
    if (privilege == Privilege.SUPERVISOR && hart.firmware() == Firmware.SUPERVISOR_PAYLOAD) {
      hart.countTrap();
      stop = Stop.ECALL;
      return Outcome.TRAPPED;
    }
    return faults.raise(Cause.ECALL_FROM_USER + privilege.code(), 0);
  }

  private int pause() {
    hart.pause();
    stop = Stop.YIELD;
    hart.pc(hart.pc() + 4);
    return Outcome.MOVED;
  }

  private int waitForInterrupt() {
    hart.refreshUpcall();
    if (!hart.wakeable()) {
      hart.waiting(true);
      stop = Stop.WAIT;
    }
    hart.pc(hart.pc() + 4);
    return Outcome.MOVED;
  }

  private int csr(long slot) {
    int opcode = SlotLayout.opcode(slot);
    int csr = SlotLayout.immediate(slot);
    int source = SlotLayout.rs1(slot);
    boolean immediate = opcode >= Opcode.CSRRWI;
    int operation = immediate ? opcode - Opcode.CSRRWI : opcode - Opcode.CSRRW;
    boolean write = operation == 0 || source != 0;
    if (!csrs.accessible(csr, write)) {
      return faults.illegal();
    }
    long operand = immediate ? source : x[source];
    x[SlotLayout.rd(slot)] = write ? csrs.update(csr, operation, operand) : csrs.read(csr);
    if (!write || CsrFile.isInert(csr)) {
      return Outcome.RETIRED;
    }
    hart.pc(hart.pc() + 4);
    return Outcome.MOVED;
  }
}

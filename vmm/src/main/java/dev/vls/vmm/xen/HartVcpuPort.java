package dev.vls.vmm.xen;

import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.hart.Interrupt;

/** A hart as the ABI needs it. */
final class HartVcpuPort implements VcpuPort {
  private final Hart hart;

  HartVcpuPort(Hart hart) {
    this.hart = hart;
  }

  @Override
  public boolean read(long address, byte[] target, int at, int length) {
    return hart.readVirtual(address, target, at, length);
  }

  @Override
  public boolean write(long address, byte[] source, int at, int length) {
    return hart.writeVirtual(address, source, at, length);
  }

  @Override
  public void upcall(boolean level) {
    hart.line(Interrupt.UPCALL, level);
  }

  @Override
  public void sleep() {
    hart.waiting(true);
  }

  @Override
  public void wake() {
    hart.waiting(false);
  }

  @Override
  public boolean sleeping() {
    return hart.waiting();
  }

  @Override
  public boolean interruptPending() {
    return hart.wakeable();
  }

  @Override
  public void enableInterrupts() {
    hart.enableSupervisorInterrupts();
  }

  @Override
  public void reschedule() {
    hart.pause();
  }

  @Override
  public long instret() {
    return hart.domainInstret();
  }
}

package dev.vls.vmm.engine;

import dev.vls.vmm.StateExchange;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.hart.Interrupt;
import dev.vls.vmm.memory.MmioDevice;

/**
 * What a test needs of a CLINT: M-mode's software interrupt, and its timer interrupt, which is
 * there unless the compare register is -1.
 */
record MachineLines(Hart hart) implements MmioDevice {
  static final long BASE = 0x0200_0000L;
  static final int BYTES = 0x1_0000;
  private static final long MTIMECMP = 0x4000;

  @Override
  public long read(long offset, int bytes) {
    return 0;
  }

  @Override
  public void write(long offset, int bytes, long value) {
    if (offset == 0) {
      hart.line(Interrupt.MSI, (value & 1) != 0);
    } else if (offset == MTIMECMP) {
      hart.line(Interrupt.MTI, value != -1);
    }
  }

  @Override
  public void exchange(StateExchange exchange) {}
}

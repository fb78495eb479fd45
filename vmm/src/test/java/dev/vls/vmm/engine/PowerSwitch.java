package dev.vls.vmm.engine;

import dev.vls.vmm.StateExchange;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.memory.MmioDevice;

/** A device that ends a run when it is written to. */
record PowerSwitch(Runnable off, Hart hart) implements MmioDevice {
  @Override
  public long read(long offset, int bytes) {
    return 0;
  }

  @Override
  public void write(long offset, int bytes, long value) {
    off.run();
    hart.yield();
  }

  @Override
  public void exchange(StateExchange exchange) {}
}

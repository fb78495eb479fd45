package dev.vls.vmm.jit;

import dev.vls.vmm.TimeBase;
import dev.vls.vmm.hart.Firmware;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.memory.MmioBus;

/** A hart in S-mode with nothing but memory. */
final class BareHart {
  private BareHart() {}

  static Hart of(GuestMemory memory) {
    TimeBase time = new TimeBase(memory, TimeBase.rateFor(1_000_000_000));
    return new Hart(0, memory, new MmioBus(), time, Firmware.SUPERVISOR_PAYLOAD);
  }
}

package dev.vls.vmm.jit;

import dev.vls.vmm.TimeBase;
import dev.vls.vmm.hart.Firmware;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.isa.Asm;
import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.memory.MmioBus;

/** A hart in S-mode with nothing but memory, and code for it. */
final class BareHart {
  private BareHart() {}

  static Hart of(GuestMemory memory) {
    TimeBase time = new TimeBase(memory, TimeBase.rateFor(1_000_000_000));
    return new Hart(0, memory, new MmioBus(), time, Firmware.SUPERVISOR_PAYLOAD);
  }

  /** Puts code at the beginning of {@code frame}; returns how many instructions it has. */
  static int put(GuestMemory memory, int frame, Asm code) {
    int[] words = code.words();
    for (int i = 0; i < words.length; i++) {
      memory.put32(frame, 4 * i, words[i]);
    }
    return words.length;
  }
}

package dev.vls.vmm.engine;

import dev.vls.vmm.hart.Cause;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.hart.LoadStoreUnit;
import dev.vls.vmm.memory.GuestMemory;

/**
 * Raises the exceptions of the instruction at the hart's pc; each call returns {@link
 * Outcome#TRAPPED}.
 */
final class Faults {
  private final Hart hart;
  private final GuestMemory memory;
  private final LoadStoreUnit loadStore;

  Faults(Hart hart) {
    this.hart = hart;
    this.memory = hart.memory();
    this.loadStore = hart.loadStore();
  }

  int raise(int cause, long tval) {
    hart.exception(cause, tval);
    return Outcome.TRAPPED;
  }

  /** Raises illegal instruction with the encoding in xtval. */
  int illegal() {
    int low = half(hart.pc());
    long encoding = (low & 3) == 3 ? (long) half(hart.pc() + 2) << 16 | low : low;
    return raise(Cause.ILLEGAL, encoding);
  }

  /** Raises what the last load or store has met. */
  int memory() {
    return raise(loadStore.cause(), loadStore.faultAddress());
  }

  /** The halfword was fetched a moment ago, so it can be read. */
  private int half(long address) {
    int frame = hart.mmu().fetchFrame(address);
    return memory.u16(frame, (int) address & (GuestMemory.FRAME_BYTES - 1));
  }
}

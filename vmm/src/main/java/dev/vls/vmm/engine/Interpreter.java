package dev.vls.vmm.engine;

import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.memory.GuestMemory;

/** The reference engine: interprets predecoded instructions. */
public final class Interpreter implements Engine {
  private final GuestMemory memory;

  /** Creates an engine for the harts of one domain. */
  public Interpreter(GuestMemory memory) {
    this.memory = memory;
  }

  @Override
  public Stop run(Hart hart, long budget) {
    throw new UnsupportedOperationException(
        "no instructions yet for " + memory.frames() + " frames");
  }
}

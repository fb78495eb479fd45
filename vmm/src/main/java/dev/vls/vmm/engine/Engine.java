package dev.vls.vmm.engine;

import dev.vls.vmm.hart.Hart;

/**
 * Executes guest instructions (DESIGN section 2.1). All engines agree bit for bit on registers,
 * memory, counts and on where they stop (R3).
 */
public interface Engine {
  /**
   * Runs until {@code budget} steps are done or an earlier reason to stop.
   *
   * <p>A step retires one instruction or takes one trap or interrupt. A pending and enabled
   * interrupt is taken before the next instruction, and that is a step too. With budget 0 nothing
   * happens.
   *
   * @param hart the hart, not waiting
   * @param budget steps, at least 0
   * @return why it stopped; {@link Stop#BUDGET} exactly when all steps were done and no other
   *     reason arose at the last one
   */
  Stop run(Hart hart, long budget);
}

package dev.vls.sma;

import dev.vls.vmm.Boundary;
import dev.vls.vmm.Machine;
import dev.vls.vmm.Position;

/**
 * Where a domain's events come from: the inbox when it runs live, a log when it replays (R4).
 * Called on the domain's thread.
 */
public interface EventSource {
  /**
   * Returns how many steps, at least 1, the machine may run before {@link #poll} must be asked
   * again.
   */
  long budget(Position now);

  /**
   * Returns what happens at a boundary, while the machine can run on. Delivers at most once at one
   * position, so that no two events share it.
   *
   * @return {@link Answer#CONTINUE}, a delivery, or the end; never waits for the outside in live
   *     mode
   */
  Answer poll(Machine machine, Boundary at);

  /**
   * Returns what happens at a boundary at which the machine waits: blocks until there is something.
   *
   * @return a delivery, {@link Answer#JUMP}, the end, or {@link Answer#CONTINUE} if it is to be
   *     asked again
   * @throws InterruptedException if the domain's thread is interrupted
   */
  Answer await(Machine machine, Boundary at) throws InterruptedException;

  /** Called when a delivery is committed and the observers have seen it. */
  default void delivered() {}
}

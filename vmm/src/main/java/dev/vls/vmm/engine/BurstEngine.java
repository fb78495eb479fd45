package dev.vls.vmm.engine;

import dev.vls.vmm.hart.Hart;

/**
 * The frame of an engine: takes interrupts, and ends bursts at the timer's deadline by itself, so
 * that a caller with too large a budget gets the same run.
 */
public abstract class BurstEngine implements Engine {
  /**
   * A burst ends after so many steps: HotSpot counts calls, and what it has compiled is used from
   * the next call on. A replay runs from event to event, which may be ten a second.
   */
  private static final long PIECE = 1 << 16;

  private final Whereabouts whereabouts = new Whereabouts();

  /** For subclasses. */
  protected BurstEngine() {}

  /** Returns where this engine is; any thread may look. */
  public final Whereabouts whereabouts() {
    return whereabouts;
  }

  @Override
  public final Stop run(Hart hart, long budget) {
    Stop stop = runInside(hart, budget);
    whereabouts.outside();
    return stop;
  }

  private Stop runInside(Hart hart, long budget) {
    select(hart);
    hart.takeYield();
    hart.refreshTimer();
    long deadline = hart.timerDeadline();
    long left = budget;
    while (left > 0) {
      if (hart.interruptible()) {
        hart.takeInterrupt();
        left--;
        continue;
      }
      long chunk = Math.min(Math.min(left, PIECE), deadline - hart.domainInstret());
      if (chunk <= 0) {
        // STIP has become 1 here and was looked at above: from now on only a yield can change it
        deadline = Long.MAX_VALUE;
        continue;
      }
      whereabouts.interpreting(hart.pc());
      left -= chunk - burst(chunk);
      Stop stop = takeStop();
      if (stop != null) {
        return stop;
      }
    }
    hart.refreshTimer();
    return Stop.BUDGET;
  }

  /** Makes {@code hart} the one that the following calls are about. */
  protected abstract void select(Hart hart);

  /**
   * Executes up to {@code steps} steps; returns early for a stop or when an interrupt may be
   * takeable.
   *
   * @return the steps that are left
   */
  protected abstract long burst(long steps);

  /** Returns why the last burst has to be the last of this run, or null. */
  protected abstract Stop takeStop();
}

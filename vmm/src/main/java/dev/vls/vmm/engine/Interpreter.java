package dev.vls.vmm.engine;

import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.isa.CodeCache;
import dev.vls.vmm.memory.GuestMemory;
import java.util.ArrayList;
import java.util.List;

/**
 * The reference engine: interprets predecoded instructions.
 *
 * <p>One instance serves all harts of a domain, on the domain's thread.
 */
public final class Interpreter implements Engine {
  private final CodeCache cache;
  private final List<HotLoop> loops = new ArrayList<>();

  /** Creates an engine for harts that share {@code memory}. */
  public Interpreter(GuestMemory memory) {
    cache = new CodeCache(memory, memory.bytes().length >>> GuestMemory.FRAME_SHIFT);
  }

  @Override
  public Stop run(Hart hart, long budget) {
    HotLoop loop = loop(hart);
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
      long chunk = Math.min(left, deadline - hart.instret());
      if (chunk <= 0) {
        // STIP has become 1 here and was looked at above: from now on only a yield can change it
        deadline = Long.MAX_VALUE;
        continue;
      }
      left -= chunk - loop.burst(chunk);
      Stop stop = loop.takeStop();
      if (stop != null) {
        return stop;
      }
    }
    hart.refreshTimer();
    return Stop.BUDGET;
  }

  private HotLoop loop(Hart hart) {
    for (HotLoop loop : loops) {
      if (loop.serves(hart)) {
        return loop;
      }
    }
    HotLoop loop = new HotLoop(hart, cache);
    loops.add(loop);
    return loop;
  }
}

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
public final class Interpreter extends BurstEngine {
  private final CodeCache cache;
  private final Heat heat = new Heat(0);
  private final JumpProfile profile = new JumpProfile();
  private final List<HotLoop> loops = new ArrayList<>();
  private final ArrayAccess access;
  private HotLoop loop;

  /** Creates an engine for harts that share {@code memory}. */
  public Interpreter(GuestMemory memory) {
    this(memory, ArrayAccess.best());
  }

  /**
   * Creates an engine for harts that share {@code memory}.
   *
   * @param access how it reaches arrays, which has to be available
   */
  Interpreter(GuestMemory memory, ArrayAccess access) {
    cache = new CodeCache(memory);
    this.access = access;
  }

  @Override
  protected void select(Hart hart) {
    if (loop != null && loop.serves(hart)) {
      return;
    }
    for (HotLoop known : loops) {
      if (known.serves(hart)) {
        loop = known;
        return;
      }
    }
    loop = new HotLoop(hart, cache, heat, profile, access);
    loops.add(loop);
  }

  @Override
  protected long burst(long steps) {
    return loop.burst(steps, 0);
  }

  @Override
  protected Stop takeStop() {
    return loop.takeStop();
  }
}

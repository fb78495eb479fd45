package dev.vls.vmm.jit;

import dev.vls.vmm.engine.AtomicOps;
import dev.vls.vmm.engine.BurstEngine;
import dev.vls.vmm.engine.Heat;
import dev.vls.vmm.engine.HotLoop;
import dev.vls.vmm.engine.Stop;
import dev.vls.vmm.fp.Rounding;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.isa.CodeCache;
import dev.vls.vmm.memory.GuestMemory;
import java.util.ArrayList;
import java.util.List;

/**
 * The fast engine: runs translated regions where there are any, and interprets what is between them.
 *
 * <p>One instance serves all harts of a domain, on the domain's thread.
 */
public final class Translator extends BurstEngine {
  private static final int MAX_CHUNK = 1 << 30;
  private static final int REARMED = Byte.MAX_VALUE;
  private static final int MIN_INSTRUCTIONS = 3;

  /** At most so many instructions are interpreted because a region found its budget too small. */
  private static final int SHORT = 1000;

  private final JitConfig config;
  private final CodeCache cache;
  private final RegionTable table;
  private final Heat heat;
  private final List<HartState> states = new ArrayList<>();
  private HartState state;

  /** Creates an engine for harts that share {@code memory}. */
  public Translator(GuestMemory memory, JitConfig config) {
    this.config = config;
    this.cache = new CodeCache(memory);
    this.table = new RegionTable(memory);
    this.heat = new Heat(config.threshold());
  }

  @Override
  protected void select(Hart hart) {
    if (state == null || state.hart != hart) {
      state = stateOf(hart);
    }
    state.workshop.deliver();
  }

  private HartState stateOf(Hart hart) {
    for (HartState known : states) {
      if (known.hart == hart) {
        return known;
      }
    }
    HartState created = new HartState(hart);
    states.add(created);
    return created;
  }

  @Override
  protected long burst(long steps) {
    return state.burst(steps);
  }

  @Override
  protected Stop takeStop() {
    return state.loop.takeStop();
  }

  /** What belongs to one hart. */
  private final class HartState {
    private final Hart hart;
    private final HotLoop loop;
    private final RegionContext context;
    private final RegionFormer former;
    private final Workshop workshop;

    HartState(Hart hart) {
      this.hart = hart;
      loop = new HotLoop(hart, cache, heat);
      AtomicOps atomics = new AtomicOps(hart);
      context = new RegionContext(hart, atomics, hart.registers(), hart.floats());
      RegionContext idle =
          new RegionContext(
              hart, atomics, new long[hart.registers().length], new long[Hart.REGISTERS]);
      former = new RegionFormer(hart, cache, config.maxWeight());
      GuestView view =
          new GuestView(hart.memory().bytes(), hart.tlb().loads(), hart.tlb().stores());
      workshop = new Workshop(new RegionCompiler(view), idle, config.where());
    }

    long burst(long steps) {
      long left = steps;
      while (left > 0) {
        RegionEntry entry = find(hart.pc());
        if (entry == null || left < entry.budget()) {
          left = loop.burst(left, entry == null ? 1 : 0);
          if (!loop.jumped()) {
            return left;
          }
          hot(hart.pc());
          continue;
        }
        int chunk = (int) Math.min(left, MAX_CHUNK);
        left -= chunk - context.run(entry.region(), chunk);
        if (context.reason == RegionContext.JUMP) {
          if (find(hart.pc()) == null && heat.jump(hart.pc())) {
            hot(hart.pc());
          }
        } else if (left > 0) {
          long alone = context.reason == RegionContext.INTERPRET ? 1 : Math.min(left, SHORT);
          left -= alone - loop.burst(alone, 0);
          if (loop.decided()) {
            return left;
          }
        }
      }
      return 0;
    }

    /** Returns the region that may run at {@code pc} now, or null. */
    private RegionEntry find(long pc) {
      int fetchContext = hart.mmu().fetchContext();
      int epoch = hart.tlb().epoch();
      for (RegionEntry entry = table.bucket(pc); entry != null; entry = entry.next()) {
        if (entry.pc() == pc
            && entry.region() != null
            && (entry.valid(fetchContext, epoch) || validate(entry))) {
          return !entry.floats() || floatsAtHand() ? entry : null;
        }
      }
      return null;
    }

    private boolean floatsAtHand() {
      return hart.csrs().floatsDirty() && hart.csrs().frm() == Rounding.RNE;
    }

    /** Looks whether the region's code is still where it was translated from. */
    private boolean validate(RegionEntry entry) {
      for (RegionPlan.Page page : entry.plan().pages()) {
        if (hart.mmu().cachedFetchFrame(page.address()) != page.frame()) {
          return false;
        }
      }
      entry.validated(hart.mmu().fetchContext(), hart.tlb().epoch());
      return true;
    }

    /** Many jumps have reached {@code pc}: it has a region, or gets one. */
    private void hot(long pc) {
      workshop.deliver();
      if (find(pc) != null) {
        heat.set(pc, 0);
        return;
      }
      heat.set(pc, REARMED);
      if (!planned(pc)) {
        former.form(pc).filter(plan -> plan.instructions() >= MIN_INSTRUCTIONS).ifPresent(this::add);
      }
    }

    private boolean planned(long pc) {
      for (RegionEntry entry = table.bucket(pc); entry != null; entry = entry.next()) {
        if (entry.pc() == pc && validate(entry)) {
          return true;
        }
      }
      return false;
    }

    private void add(RegionPlan plan) {
      if (table.size() >= config.maxRegions()) {
        table.clear();
      }
      RegionEntry entry = new RegionEntry(plan);
      if (workshop.submit(entry)) {
        table.add(entry);
      }
      workshop.deliver();
    }
  }
}

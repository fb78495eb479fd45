package dev.vls.vmm.jit;

import dev.vls.vmm.engine.AtomicOps;
import dev.vls.vmm.engine.BurstEngine;
import dev.vls.vmm.engine.Heat;
import dev.vls.vmm.engine.HotLoop;
import dev.vls.vmm.engine.JumpProfile;
import dev.vls.vmm.engine.Stop;
import dev.vls.vmm.fp.Rounding;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.isa.CodeCache;
import dev.vls.vmm.memory.GuestMemory;
import java.util.ArrayList;
import java.util.List;

/**
 * The fast engine: runs translated regions where there are any, and interprets what is between
 * them.
 *
 * <p>One instance serves all harts of a domain, on the domain's thread.
 */
public final class Translator extends BurstEngine {
  private static final int MIN_INSTRUCTIONS = 2;

  /** At most so many instructions are interpreted because a region found its budget too small. */
  private static final int SHORT = 1000;

  /** So many instructions could be interpreted in the time that it takes to leave a region. */
  private static final int EXIT = 16;

  /** The heat of where a region can be entered. */
  private static final int AT_ONCE = -1;

  /** What is interpreted counts as heat, see {@link HotLoop#burst}. */
  private static final int COUNTED = -1;

  private final JitConfig config;
  private final RegionLister lister;
  private final CodeCache cache;
  private final RegionTable table;
  private final Heat heat;
  private final JumpProfile profile = new JumpProfile();
  private final Experience experience = new Experience();
  private final JitCounters counters = new JitCounters();
  private final List<HartState> states = new ArrayList<>();
  private HartState state;

  /** Creates an engine for harts that share {@code memory}. */
  public Translator(GuestMemory memory, JitConfig config) {
    this(memory, config, RegionListener.NONE);
  }

  /**
   * Creates an engine for harts that share {@code memory}.
   *
   * @param listener told of each region that is made
   */
  public Translator(GuestMemory memory, JitConfig config, RegionListener listener) {
    this.config = config;
    this.lister = new RegionLister(memory, listener);
    this.cache = new CodeCache(memory);
    this.table = new RegionTable(memory);
    this.heat = new Heat(config.threshold());
  }

  /** Returns the live counters. */
  public JitCounters counters() {
    return counters;
  }

  @Override
  protected void select(Hart hart) {
    if (state == null || state.hart != hart) {
      state = stateOf(hart);
    }
    state.workshop.deliver(table);
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
      loop = new HotLoop(hart, cache, heat, profile, config.access());
      AtomicOps atomics = new AtomicOps(hart);
      context = new RegionContext(hart, atomics, hart.registers(), hart.floats());
      RegionContext idle =
          new RegionContext(
              hart, atomics, new long[hart.registers().length], new long[Hart.REGISTERS]);
      former =
          new RegionFormer(hart, cache, profile, table::begins, experience, config.maxWeight());
      GuestView view = GuestView.of(hart.memory(), hart, experience.beyond());
      workshop =
          new Workshop(
              new RegionCompiler(view, config.access(), lister),
              idle,
              config.where(),
              this::refused,
              this::finished);
    }

    /** Has what came to too much code planned smaller next. */
    private void refused(TranslatedRegion planned) {
      experience.large().add(planned.plan().pc());
      planned.formers().forEach(former -> former.succeeded(false));
      counters.tooLarge++;
    }

    /** Has the interpreter look for a region wherever this one can be entered. */
    private void finished(TranslatedRegion region) {
      for (RegionEntry entry : region.entries()) {
        heat.set(entry.pc(), AT_ONCE);
      }
    }

    long burst(long steps) {
      long left = steps;
      RegionEntry entry = find(hart.pc());
      while (left > 0) {
        if (entry == null || left < entry.budget()) {
          left = interpret(left, left, entry == null ? COUNTED : 0);
          if (!loop.jumped()) {
            return left;
          }
          entry = hot(hart.pc());
          continue;
        }
        TranslatedRegion region = entry.region();
        int chunk = (int) Math.min(left, region.chunk());
        whereabouts().translated(entry.pc());
        int rest = context.run(region.code(), chunk, entry.index());
        left -= chunk - rest;
        region.ran(chunk - rest);
        counters.translated += chunk - rest;
        counters.runs++;
        counters.exits[context.reason]++;
        if (context.reason == RegionContext.JUMP) {
          if (context.site != 0) {
            profile.note(context.site, context.pc);
          }
          if (region.leave(context.pc)) {
            reform(region, true);
          }
        } else if (left > 0) {
          if (context.reason == RegionContext.SLOW && region.slow(context.pc, experience)) {
            reform(region, region.plan().grown());
          }
          long alone = context.reason == RegionContext.BUDGET ? Math.min(left, SHORT) : 1;
          left = interpret(left, alone, 0);
          if (loop.decided()) {
            return left;
          }
        }
        entry = find(hart.pc());
        if (entry == null
            && (context.reason == RegionContext.JUMP || context.reason == RegionContext.INTERPRET)
            && heat.count(hart.pc(), EXIT)) {
          entry = hot(hart.pc());
        }
      }
      return 0;
    }

    /** Interprets {@code steps} of the {@code left} ones; returns what is left of those. */
    private long interpret(long left, long steps, int counted) {
      whereabouts().interpreting(hart.pc());
      long rest = loop.burst(steps, counted);
      counters.interpreted += steps - rest;
      return left - (steps - rest);
    }

    /** Returns where a region may be entered at {@code pc} now, or null. */
    private RegionEntry find(long pc) {
      for (RegionEntry entry = table.bucket(pc); entry != null; entry = entry.next()) {
        if (entry.pc() == pc && enters(entry.region())) {
          return entry;
        }
      }
      return null;
    }

    /** Returns whether a region has code that is right as the hart is now. */
    private boolean enters(TranslatedRegion region) {
      return region.code() != null
          && region.plan().addressing() == RegionFormer.addressing(hart)
          && (region.valid(hart.mmu().fetchContext(), hart.tlb().epoch()) || validate(region))
          && (!region.floats() || floatsAtHand());
    }

    private boolean floatsAtHand() {
      return hart.csrs().floatsDirty() && hart.csrs().frm() == Rounding.RNE;
    }

    /** Looks whether the region's code is still where it was translated from. */
    private boolean validate(TranslatedRegion region) {
      for (RegionPlan.Page page : region.plan().pages()) {
        if (hart.mmu().lookFetchFrame(page.address()) != page.frame()) {
          return false;
        }
      }
      counters.revalidated++;
      region.validated(hart.mmu().fetchContext(), hart.tlb().epoch());
      return true;
    }

    /**
     * Much was executed at {@code pc}: it has a region, which is returned, or gets one, and the
     * result is null.
     */
    private RegionEntry hot(long pc) {
      workshop.deliver(table);
      RegionEntry found = find(pc);
      if (found != null) {
        heat.set(pc, AT_ONCE);
        return found;
      }
      heat.set(pc, config.threshold());
      if (!planned(pc)) {
        plan(pc);
      }
      return null;
    }

    private void plan(long pc) {
      TranslatedRegion covering = covering(pc);
      if (covering != null) {
        experience.frontier().add(pc);
        if (covering.code() != null && covering.wanted()) {
          reform(covering, covering.plan().grown());
        }
        return;
      }
      former
          .form(pc)
          .filter(plan -> plan.instructions() >= MIN_INSTRUCTIONS)
          .ifPresent(plan -> add(plan, null));
    }

    /** Returns a region with a block that begins at {@code pc}, or null. */
    private TranslatedRegion covering(long pc) {
      int frame = hart.mmu().lookFetchFrame(pc);
      if (frame < 0) {
        return null;
      }
      TranslatedRegion found = null;
      for (TranslatedRegion region : table.in(frame)) {
        if (region.plan().addressing() == RegionFormer.addressing(hart)
            && region.plan().hasBlock(pc)
            && validate(region)) {
          found = region;
        }
      }
      return found;
    }

    private boolean planned(long pc) {
      for (RegionEntry entry = table.bucket(pc); entry != null; entry = entry.next()) {
        if (entry.pc() == pc
            && entry.region().code() == null
            && entry.region().plan().addressing() == RegionFormer.addressing(hart)
            && validate(entry.region())) {
          return true;
        }
      }
      return false;
    }

    /**
     * Plans a region again that is left often: more is known by now of where it goes. Once at a
     * time: it goes on being left until the new one is there.
     */
    private void reform(TranslatedRegion region, boolean grown) {
      if (region.dropped() || region.succeeded()) {
        return;
      }
      former
          .form(region.plan().pc(), region.mainExit(), grown)
          .filter(plan -> plan.addressing() == region.plan().addressing())
          .filter(plan -> !plan.sameCode(region.plan()))
          .ifPresent(
              plan -> {
                counters.reformed++;
                add(plan, region);
              });
    }

    /**
     * Returns the regions that {@code plan} makes superfluous: loops that lie in several regions
     * would otherwise grow into the same region several times.
     */
    private List<TranslatedRegion> covered(RegionPlan plan) {
      List<TranslatedRegion> found = new ArrayList<>();
      for (RegionPlan.Page page : plan.pages()) {
        for (TranslatedRegion region : table.in(page.frame())) {
          if (!region.succeeded() && !found.contains(region) && plan.covers(region.plan())) {
            found.add(region);
          }
        }
      }
      return found;
    }

    private void add(RegionPlan plan, TranslatedRegion instead) {
      if (table.size() >= config.maxRegions()) {
        table.clear();
        experience.clear();
      }
      List<TranslatedRegion> formers = covered(plan);
      if (instead != null && !formers.contains(instead)) {
        formers.add(instead);
      }
      TranslatedRegion region = new TranslatedRegion(plan, instead, formers, config);
      plan.addExits(experience.frontier());
      table.add(region);
      if (!workshop.submit(region)) {
        table.remove(region);
        return;
      }
      formers.forEach(former -> former.succeeded(true));
      workshop.deliver(table);
      counters.planned++;
      counters.plannedInstructions += plan.instructions();
      counters.regions = table.size();
      counters.dropped = table.dropped();
    }
  }
}

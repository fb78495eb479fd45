package dev.vls.vmm.jit;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * A region from its plan on: its code once that is made, where it is valid, and how often it was
 * left.
 *
 * <p>On the domain's thread, but for {@link #plan}.
 */
final class TranslatedRegion {
  /**
   * A region comes back after so many instructions: HotSpot then counts calls, and needs no
   * on-stack replacement, which would compile the same code once more for each loop in it.
   */
  private static final int CHUNK = 1 << 17;

  private static final int EARLY_CHUNK = 1 << 12;
  private static final int EARLY_CALLS = 1500;

  /** Odd, so that exits which alternate all have votes. */
  private static final int EXITS_A_VOTE = 17;

  private static final int MANY_WANTED = 6;
  private static final long SLOW_DISTANCE = 400;

  /**
   * The same where a look into the soft TLB would have been enough, which costs next to nothing.
   */
  private static final long RANGE_DISTANCE = 20_000;

  private static final int MAX_GENERATION = 4;

  private final RegionPlan plan;
  private final List<TranslatedRegion> formers;
  private final int generation;
  private final boolean floats;
  private final List<RegionEntry> entries = new ArrayList<>();
  private int leavesUntilReformed;
  private long mainExit;
  private int mainExitVotes;
  private int calls;
  private final long[] slowPcs;
  private int slows;
  private long instructions;
  private int wanted;
  private Region code;
  private int context = -1;
  private int epoch;
  private boolean dropped;
  private boolean succeeded;

  /**
   * @param former the region that this one is planned instead of, or null
   * @param formers all the regions that this one takes the place of
   */
  TranslatedRegion(
      RegionPlan plan, TranslatedRegion former, List<TranslatedRegion> formers, JitConfig config) {
    this.plan = plan;
    this.formers = formers;
    slowPcs = new long[config.slowExits()];
    generation = former == null ? 0 : former.generation + 1;
    leavesUntilReformed = config.leaves() << 2 * Math.min(generation, MAX_GENERATION);
    floats = plan.blocks().stream().anyMatch(Block::usesFloats);
    for (int i = 0; i < plan.entries().size(); i++) {
      entries.add(new RegionEntry(this, i));
    }
  }

  RegionPlan plan() {
    return plan;
  }

  List<RegionEntry> entries() {
    return entries;
  }

  List<TranslatedRegion> formers() {
    return formers;
  }

  /** Returns the code, or null while it is being made. */
  Region code() {
    return code;
  }

  void code(Region made) {
    code = made;
  }

  /** Returns whether FP state has to be at hand. */
  boolean floats() {
    return floats;
  }

  /** Takes note of {@code retired} instructions. */
  void ran(int retired) {
    instructions += retired;
  }

  /**
   * Takes note of the load or store at {@code pc}, which left because it is not to plain memory;
   * returns whether that costs too much by now. First touches of pages, after a digest or a flush,
   * do not.
   *
   * @param experience takes the addresses that have left lately, if it does
   */
  boolean slow(long pc, Experience experience) {
    slowPcs[slows++] = pc;
    if (slows < slowPcs.length) {
      return false;
    }
    boolean dear = false;
    for (long address : slowPcs) {
      boolean ranged = plan.ranged().has(address);
      if (instructions < slowPcs.length * (ranged ? RANGE_DISTANCE : SLOW_DISTANCE)) {
        (ranged ? experience.beyond() : experience.slow()).add(address);
        dear = true;
      }
    }
    slows = 0;
    instructions = 0;
    return dear;
  }

  /**
   * Takes note of an address, hot by jumps, that has code here but no entry; returns whether the
   * region is to be planned again, with entries at all of them.
   */
  boolean wanted() {
    return ++wanted % MANY_WANTED == 0;
  }

  /**
   * Returns how many instructions may be executed in one call. Few at first: HotSpot counts calls,
   * and compiles after some hundreds.
   */
  int chunk() {
    if (calls < EARLY_CALLS) {
      calls++;
      return EARLY_CHUNK;
    }
    return CHUNK;
  }

  /** Counts an exit to other code; returns whether the region is to be planned again now. */
  boolean leave(long target) {
    if (generation >= MAX_GENERATION) {
      return false;
    }
    if (--leavesUntilReformed % EXITS_A_VOTE == 0) {
      vote(target);
    }
    return leavesUntilReformed == 0;
  }

  /** The algorithm of Boyer and Moore: what more than half of the votes are for remains. */
  private void vote(long target) {
    if (mainExitVotes == 0) {
      mainExit = target;
    }
    mainExitVotes += mainExit == target ? 1 : -1;
  }

  /**
   * Returns what more than half of a sample of the exits were for. If nothing was, it may be some
   * other exit.
   */
  OptionalLong mainExit() {
    return mainExitVotes > 0 ? OptionalLong.of(mainExit) : OptionalLong.empty();
  }

  /** Returns whether the pages were found where the plan has them, under these numbers. */
  boolean valid(int fetchContext, int translations) {
    return context == fetchContext && epoch == translations;
  }

  void validated(int fetchContext, int translations) {
    context = fetchContext;
    epoch = translations;
  }

  /** Returns whether the region was taken out of the table: its code may have changed. */
  boolean dropped() {
    return dropped;
  }

  void drop() {
    dropped = true;
  }

  /** Returns whether there is a plan for what takes its place. */
  boolean succeeded() {
    return succeeded;
  }

  /** Takes note that there is such a plan, or that nothing came of it. */
  void succeeded(boolean planned) {
    succeeded = planned;
  }
}

package dev.vls.vmm.engine;

import static dev.vls.vmm.isa.Opcode.JALR;

import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.hart.Mmu;
import dev.vls.vmm.hart.SoftTlb;
import dev.vls.vmm.isa.CodeCache;
import dev.vls.vmm.isa.SlotLayout;
import dev.vls.vmm.memory.GuestMemory;

/**
 * The interpretation of one hart, for engines: most instructions are executed by {@link Dispatch},
 * and the others by {@link SlowOps}.
 */
public final class HotLoop {
  private static final long PAGE = SoftTlb.PAGE_MASK;
  private static final int OFFSET = GuestMemory.FRAME_BYTES - 1;

  private final Hart hart;
  private final Mmu mmu;
  private final SlowOps slow;
  private final Heat heat;
  private final JumpProfile profile;
  private final Dispatch dispatch;
  private final DispatchState state;
  private long end; // instret is always end - state.left
  private Stop stop;
  private boolean decided;
  private boolean jumped;

  /** The copy without tests, made when it is needed first. */
  private static final class Raw {
    private static final Dispatch DISPATCH = RawDispatch.load();
  }

  /**
   * Creates the loop of a hart.
   *
   * @param cache decoded code, shared by the harts of a domain
   * @param heat counts of jumps, likewise
   * @param profile where indirect jumps go, likewise
   * @param access how arrays are reached
   */
  @SuppressWarnings("exports") // for engines, which are in this module
  public HotLoop(Hart hart, CodeCache cache, Heat heat, JumpProfile profile, ArrayAccess access) {
    this.hart = hart;
    this.mmu = hart.mmu();
    this.slow = new SlowOps(hart, cache);
    this.heat = heat;
    this.profile = profile;
    this.dispatch = access == ArrayAccess.RAW ? Raw.DISPATCH : new DispatchLoop();
    this.state = new DispatchState(hart, cache, heat);
  }

  /** Returns whether this is the loop of {@code other}. */
  public boolean serves(Hart other) {
    return hart == other;
  }

  /** Returns whether the last burst ended because an interrupt may be takeable, or for a stop. */
  public boolean decided() {
    return decided;
  }

  /** Returns whether the last burst ended at a jump to a hot address, which is now the pc. */
  public boolean jumped() {
    return jumped;
  }

  /** Returns why the last burst has to be the last of this run, or null. */
  public Stop takeStop() {
    Stop was = stop;
    stop = null;
    return was;
  }

  /**
   * Executes up to {@code steps} steps; returns early for a stop, when an interrupt is to be taken
   * and at a jump to a hot address.
   *
   * @param counted -1 where what is executed counts as heat, 0 where not; then no jump ends the
   *     burst
   * @return the steps that are left
   */
  public long burst(long steps, int counted) {
    decided = false;
    jumped = false;
    state.left = steps;
    end = hart.instret() + steps;
    lookAgain();
    state.block = Heat.index(hart.pc());
    while (state.left > 0 && !decided && !jumped) {
      switch (dispatch.run(state, counted)) {
        case Dispatch.SLOW -> slow(counted);
        case Dispatch.HOT -> jumped = true;
        default -> {}
      }
    }
    if (!decided) {
      reached();
    }
    return state.left;
  }

  /** Executes the next instruction, whatever it is. */
  private void slow(int counted) {
    reached();
    if (SlotLayout.opcode(state.slot) == JALR) {
      indirect(counted);
      return;
    }
    switch (slow.execute(state.slot)) {
      case Outcome.RETIRED -> {
        state.at += SlotLayout.halfwords(state.slot);
        state.left--;
        state.floatsDirty = hart.csrs().floatsDirty();
      }
      case Outcome.DECODED -> {}
      case Outcome.ENTERED -> {
        place(hart.pc());
        state.code = slow.page();
      }
      case Outcome.TRAPPED -> {
        state.left--;
        end--;
        decide(counted);
      }
      default -> {
        state.left--;
        decide(counted);
      }
    }
  }

  /** Brings the hart up to date. */
  private void reached() {
    hart.pc(state.page + 2L * state.at);
    hart.instret(end - state.left);
  }

  /** Jumps to where a register says, and notes where that is. */
  private void indirect(int counted) {
    long[] x = hart.registers();
    long pc = hart.pc();
    long target = x[SlotLayout.rs1(state.slot)] + SlotLayout.immediate(state.slot) & ~1;
    profile.note(pc, target);
    x[SlotLayout.rd(state.slot)] = pc + 2L * SlotLayout.halfwords(state.slot);
    state.left--;
    enter(target);
    begin(target, counted);
  }

  /** Decides whether the burst ends after a step that may have changed anything. */
  private void decide(int counted) {
    hart.instret(end - state.left);
    Stop reason = slow.takeStop();
    boolean yielded = hart.takeYield();
    stop = reason != null ? reason : yielded ? Stop.YIELD : null;
    decided = stop != null || hart.interruptible();
    lookAgain();
    begin(hart.pc(), counted);
    jumped &= !decided;
  }

  /** A block begins at {@code pc}. */
  private void begin(long pc, int counted) {
    state.block = Heat.index(pc);
    jumped = (heat.counts()[state.block] & counted) < 0;
  }

  private void lookAgain() {
    state.data = mmu.dataContext();
    state.fetch = mmu.fetchContext();
    state.floatsDirty = hart.csrs().floatsDirty();
    enter(hart.pc());
  }

  /** Goes on at {@code pc}, whose code is decoded or not. */
  private void enter(long pc) {
    place(pc);
    int i = SoftTlb.index(pc);
    long[] found =
        state.fetchTags[i] == (state.page | state.fetch) ? state.pages[state.fetchFrames[i]] : null;
    state.code = found == null ? state.unknown : found;
  }

  private void place(long pc) {
    state.page = pc & PAGE;
    state.at = ((int) pc & OFFSET) >>> 1;
  }
}

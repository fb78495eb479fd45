package dev.vls.vmm.hart;

import dev.vls.vmm.Position;
import dev.vls.vmm.TimeBase;
import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.memory.MmioBus;
import java.util.ArrayList;
import java.util.List;

/**
 * What the harts of one domain share: memory, devices, time, what they have run together, and the
 * soft TLB. They run one at a time (DESIGN section 2.3); domain thread only.
 *
 * <p>One soft TLB serves all of them, because a translation is a function of address, mode, SUM,
 * MXR, satp and memory, and of nothing else that is a hart's own; so code that an engine has bound
 * to it serves all of them too.
 */
public final class HartGroup {
  private final GuestMemory memory;
  private final MmioBus bus;
  private final TimeBase time;
  private final Firmware firmware;
  private final SoftTlb tlb;
  private final TranslationContexts contexts;
  private final List<Hart> harts = new ArrayList<>();
  private Hart running;
  private long instretOfOthers;
  private long trapsOfOthers;

  /**
   * Creates a group without harts.
   *
   * @param time what the time CSR reads
   * @param firmware who owns M-mode
   */
  public HartGroup(GuestMemory memory, MmioBus bus, TimeBase time, Firmware firmware) {
    this.memory = memory;
    this.bus = bus;
    this.time = time;
    this.firmware = firmware;
    tlb = new SoftTlb(memory);
    contexts = new TranslationContexts(tlb);
  }

  /** Returns whether there is one hart. */
  boolean isSingle() {
    return harts.size() == 1;
  }

  GuestMemory memory() {
    return memory;
  }

  MmioBus bus() {
    return bus;
  }

  TimeBase time() {
    return time;
  }

  Firmware firmware() {
    return firmware;
  }

  SoftTlb tlb() {
    return tlb;
  }

  TranslationContexts contexts() {
    return contexts;
  }

  /** Takes in a hart; the first one is the one that runs. */
  void join(Hart hart) {
    harts.add(hart);
    if (running == null) {
      running = hart;
    }
  }

  /**
   * Makes {@code hart} the one that runs from here on. If that is another than before, the
   * reservation of the one before ends: whatever this hart is going to store to, no SC of the other
   * can succeed over it.
   */
  public void run(Hart hart) {
    if (hart == running) {
      return;
    }
    running.reservation().clear();
    running = hart;
    count();
    hart.translationChanged();
  }

  /** Counts again when all harts were restored, of which {@code hart} is the one that runs. */
  public void restored(Hart hart) {
    running = hart;
    count();
  }

  /** Counts what the harts that do not run have done. */
  private void count() {
    instretOfOthers = -running.instret();
    trapsOfOthers = -running.traps();
    for (Hart hart : harts) {
      instretOfOthers += hart.instret();
      trapsOfOthers += hart.traps();
    }
  }

  /**
   * Returns how many instructions all harts together have retired since power-on: what guest time
   * is a function of.
   */
  public long instret() {
    return instretOfOthers + running.instret();
  }

  /** Returns the position of the domain. */
  public Position position() {
    return new Position(instret(), trapsOfOthers + running.traps());
  }
}

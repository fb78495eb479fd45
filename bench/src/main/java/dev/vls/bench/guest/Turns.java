package dev.vls.bench.guest;

import dev.vls.sma.EventSource;
import dev.vls.sma.HostClock;
import dev.vls.vmm.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The turns of one of two runs: each ends at a multiple of so many steps, so that both do the same
 * work in the same turn. Clocks are read within a turn only: what waiting takes is in none.
 * Domain's thread.
 */
final class Turns {
  private final Baton baton;
  private final Baton.Side side;
  private final long turnSteps;
  private final TwoClocks clocks;
  private final List<Double> nsPerInstruction = new ArrayList<>();
  private boolean begun;
  private long endSteps;
  private long startCpuNs;
  private long startInstret;
  private long waitedNs;

  /**
   * What is read.
   *
   * @param cpuNs CPU time of the thread that asks
   */
  record TwoClocks(LongSupplier cpuNs, HostClock host) {}

  /**
   * @param turnSteps length of a turn, at least 1
   */
  Turns(Baton baton, Baton.Side side, long turnSteps, TwoClocks clocks) {
    this.baton = baton;
    this.side = side;
    this.turnSteps = turnSteps;
    this.clocks = clocks;
  }

  /**
   * Returns a source that has the machine stop where a turn ends, and otherwise is {@code source}.
   */
  EventSource over(EventSource source) {
    return new TurnSource(source, this);
  }

  /**
   * Returns the host's clock, which stands still while the other run has its turns: the guest's
   * time follows it, and has no more events than in a run by itself.
   */
  HostClock clock() {
    return () -> clocks.host().nowNs() - waitedNs;
  }

  /** Returns CPU time of an instruction in each turn that has ended where a turn ends. */
  List<Double> nsPerInstruction() {
    return nsPerInstruction;
  }

  /** Returns how many steps the present turn still has, at least 1. */
  long left(Position now) {
    return Math.max(1, endSteps - now.steps());
  }

  /**
   * Returns at once within a turn; where one ends, when the next has come.
   *
   * @return whether the run may go on
   */
  boolean next(Position now) throws InterruptedException {
    if (begun && now.steps() < endSteps) {
      return true;
    }
    if (begun) {
      long cpuNs = clocks.cpuNs().getAsLong() - startCpuNs;
      nsPerInstruction.add((double) cpuNs / (now.instret() - startInstret));
    }
    long fromNs = clocks.host().nowNs();
    boolean mine = begun ? baton.pass(side) : baton.take(side);
    waitedNs += clocks.host().nowNs() - fromNs;
    begun = true;
    endSteps = (now.steps() / turnSteps + 1) * turnSteps;
    startInstret = now.instret();
    startCpuNs = clocks.cpuNs().getAsLong();
    return mine;
  }
}

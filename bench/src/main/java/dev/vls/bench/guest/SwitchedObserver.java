package dev.vls.bench.guest;

import dev.vls.bench.result.Estimate;
import dev.vls.sma.Answer;
import dev.vls.sma.CommitObserver;
import dev.vls.vmm.Boundary;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Lets an observer see the events of a run in turns: one seen, two not seen, one seen, and again.
 * Both sides of a comparison are then in one run, with the same translated code, a fraction of a
 * second apart.
 *
 * <p>From an event to the next one is a stretch; what the observer does with an event belongs to
 * the stretch that the event begins. Domain's thread.
 */
final class SwitchedObserver implements CommitObserver {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int TURN = 4;

  /** One part in so many of the instructions comes before the steady state. */
  private static final int WARM_UP = 4;

  private final CommitObserver observer;
  private final LongSupplier clock;
  private final List<Long> cpuNs = new ArrayList<>();
  private final List<Long> instret = new ArrayList<>();

  SwitchedObserver(CommitObserver observer) {
    this(observer, THREADS::getCurrentThreadCpuTime);
  }

  /**
   * @param clock CPU time of the domain's thread, in nanoseconds
   */
  SwitchedObserver(CommitObserver observer, LongSupplier clock) {
    this.observer = observer;
    this.clock = clock;
  }

  @Override
  public void committed(Boundary at, Answer.Delivery event) {
    boolean seen = seen(cpuNs.size());
    cpuNs.add(clock.getAsLong());
    instret.add(at.position().instret());
    if (seen) {
      observer.committed(at, event);
    }
  }

  private static boolean seen(int stretch) {
    return stretch % TURN == 0 || stretch % TURN == TURN - 1;
  }

  /**
   * Returns what the observer costs: CPU time of an instruction in stretches that it saw, beside
   * that in the others of the same turn, less 1. From the turns after the first quarter of the
   * instructions but the last turn, in which the guest ends.
   */
  Estimate cost() {
    List<Double> costs = new ArrayList<>();
    for (int first = 0; first + 2 * TURN < cpuNs.size(); first += TURN) {
      if (instret.get(first) >= instret.getLast() / WARM_UP) {
        costs.add(cost(first));
      }
    }
    return Estimate.of(costs);
  }

  private double cost(int first) {
    double[] ns = new double[2];
    double[] instructions = new double[2];
    for (int i = first; i < first + TURN; i++) {
      int side = seen(i) ? 0 : 1;
      ns[side] += cpuNs.get(i + 1) - cpuNs.get(i);
      instructions[side] += instret.get(i + 1) - instret.get(i);
    }
    return ns[0] / instructions[0] / (ns[1] / instructions[1]) - 1;
  }
}

package dev.vls.bench.guest;

import dev.vls.sma.Answer;
import dev.vls.sma.CommitObserver;
import dev.vls.vmm.Boundary;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
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

  /** Share of a side's values that is left out at each end, because the host was busy. */
  private static final double TRIMMED = 0.1;

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
   * that in the others of the same turn, less 1. The mean over the turns of the second half of the
   * instructions but the last, in which the guest ends, a tenth left out at each end; empty if
   * there is none.
   */
  OptionalDouble cost() {
    if (instret.isEmpty()) {
      return OptionalDouble.empty();
    }
    long half = instret.getLast() / 2;
    List<Double> costs = new ArrayList<>();
    for (int first = 0; first + 2 * TURN < cpuNs.size(); first += TURN) {
      if (instret.get(first) >= half) {
        costs.add(cost(first));
      }
    }
    int trimmed = (int) (costs.size() * TRIMMED);
    return costs.stream()
        .filter(Double::isFinite)
        .sorted()
        .skip(trimmed)
        .limit(costs.size() - 2L * trimmed)
        .mapToDouble(Double::doubleValue)
        .average();
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

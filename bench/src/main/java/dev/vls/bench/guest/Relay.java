package dev.vls.bench.guest;

import dev.vls.bench.result.Estimate;
import dev.vls.sma.HostClock;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Two runs in this JVM that hand the processor to each other every so many steps: what they do is
 * compared milliseconds apart, and a host that slows down for a second slows both. Each has a
 * thread of its own, which is its domain's; only one of them runs at a time, but for what comes
 * before a run's first boundary. For one pair of runs.
 */
final class Relay {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Baton baton = new Baton();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final Turns first;
  private final Turns second;

  /** One of the runs. */
  interface Leg<T> {
    /** Runs it, with a source that {@code turns} has made. */
    T run(Turns turns) throws Exception;
  }

  /**
   * Creates one.
   *
   * @param turnSteps length of a turn, at least 1
   */
  Relay(long turnSteps) {
    this(turnSteps, new Turns.TwoClocks(THREADS::getCurrentThreadCpuTime, HostClock.SYSTEM));
  }

  /** A relay with other clocks. */
  Relay(long turnSteps, Turns.TwoClocks clocks) {
    first = new Turns(baton, Baton.Side.FIRST, turnSteps, clocks);
    second = new Turns(baton, Baton.Side.SECOND, turnSteps, clocks);
  }

  /**
   * Runs both to their ends; the one that is longer goes on by itself. Both threads have ended when
   * this returns or throws.
   *
   * @return what both returned, in order
   * @throws Exception what one of them has thrown; the other was ended at its next turn
   * @throws InterruptedException if the caller is interrupted; both were ended then
   */
  <T> List<T> run(Leg<T> one, Leg<T> other) throws Exception {
    try (ExecutorService threads =
        Executors.newFixedThreadPool(
            2, Thread.ofPlatform().name("bench-turns-", 0).daemon().factory())) {
      CompletionService<T> ends = new ExecutorCompletionService<>(threads);
      try {
        Future<T> its = ends.submit(() -> run(Baton.Side.FIRST, one, first));
        Future<T> others = ends.submit(() -> run(Baton.Side.SECOND, other, second));
        ends.take().get();
        ends.take().get();
        return List.of(its.resultNow(), others.resultNow());
      } finally {
        baton.drop();
        threads.shutdownNow();
      }
    } catch (ExecutionException e) {
      throw first(e);
    }
  }

  private <T> T run(Baton.Side side, Leg<T> leg, Turns turns) throws Exception {
    try {
      return leg.run(turns);
    } catch (Exception | Error e) {
      failure.compareAndSet(null, e);
      baton.drop();
      throw e;
    } finally {
      baton.end(side);
    }
  }

  /** What fails first makes the other fail, which may be told earlier. */
  private Exception first(ExecutionException told) {
    return switch (failure.get()) {
      case Exception e -> e;
      case Error e -> throw e;
      case null, default -> told;
    };
  }

  /**
   * Returns the CPU time of an instruction of the first run, beside that of the second; after
   * {@link #run}. See the other method of this name.
   */
  Estimate ratio() {
    return ratio(first.nsPerInstruction(), second.nsPerInstruction());
  }

  /** Returns the same the other way round. */
  Estimate inverseRatio() {
    return ratio(second.nsPerInstruction(), first.nsPerInstruction());
  }

  /**
   * Returns the ratio of two runs, turn by turn: of the second half of the turns that both have
   * ended, which is the steady state. The turn in which a run ends is not among them.
   */
  static Estimate ratio(List<Double> over, List<Double> under) {
    int pairs = Math.min(over.size(), under.size());
    List<Double> ratios = new ArrayList<>();
    for (int i = pairs / 2; i < pairs; i++) {
      ratios.add(over.get(i) / under.get(i));
    }
    return Estimate.of(ratios);
  }
}

package dev.vls.bench.suite;

import dev.vls.bench.guest.Measurement;
import dev.vls.bench.result.Metric;
import dev.vls.bench.result.Variant;
import java.util.EnumMap;
import java.util.Map;

/**
 * Runs of child processes whose guest is given nothing to do: what they take is their start and
 * their end, and the rest of a run is its steady state. Each variant has one, at its first use.
 */
final class IdleRuns {
  private final Map<Variant, Measurement> runs = new EnumMap<>(Variant.class);

  /** Runs a variant with nothing to do. */
  @FunctionalInterface
  interface Starter {
    Measurement run(Variant variant) throws Exception;
  }

  /** Returns the run of {@code variant}, which {@code starter} makes if there is none yet. */
  Measurement of(Variant variant, Starter starter) throws Exception {
    Measurement run = runs.get(variant);
    if (run == null) {
      run = starter.run(variant);
      runs.put(variant, run);
    }
    return run;
  }

  /**
   * Returns the values of a run with those of its steady state: wall time, and CPU time of the
   * process, which is all there is of a child.
   */
  static Map<Metric, Double> less(Measurement run, Measurement idle) {
    Map<Metric, Double> values = new EnumMap<>(run.values());
    values.put(Metric.STEADY_WALL, difference(run, idle, Metric.WALL));
    values.put(Metric.STEADY_CPU, difference(run, idle, Metric.PROCESS_CPU));
    return values;
  }

  private static double difference(Measurement run, Measurement idle, Metric metric) {
    return run.values().get(metric) - idle.values().get(metric);
  }
}

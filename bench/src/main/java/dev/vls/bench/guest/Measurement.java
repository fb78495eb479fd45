package dev.vls.bench.guest;

import dev.vls.bench.result.Metric;
import dev.vls.bench.result.Trace;
import java.util.Map;
import java.util.Optional;

/**
 * One run.
 *
 * @param output what the guest said on its console
 * @param values what was measured
 * @param trace how it went on, for runs in this JVM
 */
public record Measurement(String output, Map<Metric, Double> values, Optional<Trace> trace) {
  /** Copies the values. */
  public Measurement {
    values = Map.copyOf(values);
  }

  /** A run without a trace. */
  public Measurement(String output, Map<Metric, Double> values) {
    this(output, values, Optional.empty());
  }

  /** Returns this with other values. */
  public Measurement with(Map<Metric, Double> others) {
    return new Measurement(output, others, trace);
  }
}

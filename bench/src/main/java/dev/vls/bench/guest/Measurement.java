package dev.vls.bench.guest;

import dev.vls.bench.result.Metric;
import java.util.Map;

/**
 * One run.
 *
 * @param output what the guest said on its console
 * @param values what was measured
 */
public record Measurement(String output, Map<Metric, Double> values) {
  /** Copies the values. */
  public Measurement {
    values = Map.copyOf(values);
  }
}

package dev.vls.bench.guest;

import dev.vls.bench.result.Estimate;
import dev.vls.bench.result.Metric;
import java.util.EnumMap;
import java.util.Map;

/**
 * Two runs that went on in turns.
 *
 * @param ratio CPU time of an instruction of the first in the steady state, beside that of the
 *     second
 */
public record TurnPair(Measurement first, Measurement second, Estimate ratio) {
  /** Returns both as one run: what they did and took together, and their ratio. */
  public Measurement together() {
    Map<Metric, Double> values = new EnumMap<>(Metric.class);
    for (Metric metric : new Metric[] {Metric.CPU, Metric.INSTRUCTIONS, Metric.EVENTS}) {
      values.put(metric, first.values().get(metric) + second.values().get(metric));
    }
    for (Metric metric : new Metric[] {Metric.WALL, Metric.PROCESS_CPU}) {
      values.put(metric, Math.max(first.values().get(metric), second.values().get(metric)));
    }
    values.put(Metric.RATIO, ratio.mean());
    values.put(Metric.RATIO_ERROR, ratio.error());
    values.put(Metric.TURNS, (double) ratio.count());
    return new Measurement(first.output(), values);
  }
}

package dev.vls.bench.result;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What one run of one guest in one variant measured.
 *
 * @param suite suite that ran it
 * @param subject what ran: a guest's name, with its set-up where there are several
 * @param variant how it ran
 * @param phase whether it counts
 * @param round number of the round within its phase, from 0; runs of one round are a pair
 * @param values what was measured; what does not apply is absent
 * @param trace how it went on, for runs in this JVM
 */
public record Sample(
    String suite,
    String subject,
    Variant variant,
    Phase phase,
    int round,
    Map<Metric, Double> values,
    Optional<Trace> trace) {
  /** Which part of a measurement a run belongs to. */
  public enum Phase {
    /** The JVM still compiles; shown apart, and in no ratio. */
    WARM_UP,
    /** What medians and ratios are made of. */
    STEADY
  }

  /** A sample without a trace. */
  public Sample(
      String suite,
      String subject,
      Variant variant,
      Phase phase,
      int round,
      Map<Metric, Double> values) {
    this(suite, subject, variant, phase, round, values, Optional.empty());
  }

  /** Copies the values. */
  public Sample {
    Map<Metric, Double> copy = new EnumMap<>(Metric.class);
    copy.putAll(values);
    values = Collections.unmodifiableMap(copy);
  }

  /** Returns a value, NaN where it was not measured. */
  public double value(Metric metric) {
    return values.getOrDefault(metric, Double.NaN);
  }

  /**
   * Returns the time stolen from all cores as a share of the wall time, so up to the number of
   * cores; NaN where it is unknown.
   */
  public double stolenShare() {
    return value(Metric.STOLEN) / value(Metric.ELAPSED);
  }
}

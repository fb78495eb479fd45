package dev.vls.bench.result;

import java.util.List;

/**
 * What the hypervisor took of the counted runs' time for others. Shares are of one core's time: 1
 * is a second stolen in a second, on whichever core.
 *
 * @param share of all counted runs together; NaN where the system does not tell
 * @param most of the run that was hit most; NaN where the system does not tell
 * @param repeated rounds that were run again because of it
 */
public record Stolen(double share, double most, int repeated) {
  /** Returns what {@code samples} say; runs that do not know are left out. */
  static Stolen of(Samples samples) {
    List<Sample> known =
        samples.all().stream()
            .filter(sample -> sample.phase() == Sample.Phase.STEADY)
            .filter(sample -> Double.isFinite(sample.stolenShare()))
            .toList();
    return new Stolen(
        sum(known, Metric.STOLEN) / sum(known, Metric.ELAPSED),
        known.stream().mapToDouble(Sample::stolenShare).max().orElse(Double.NaN),
        samples.repeated());
  }

  private static double sum(List<Sample> samples, Metric metric) {
    return samples.stream().mapToDouble(sample -> sample.value(metric)).sum();
  }

  /** Returns a line without its end. */
  public String text() {
    if (!Double.isFinite(share)) {
      return "taken by the host for others: unknown";
    }
    return "taken by the host for others: %s %% of the time, %s %% of the run that was hit most%s"
        .formatted(
            Numbers.fixed(100 * share, 1),
            Numbers.fixed(100 * most, 1),
            repeated == 0 ? "" : "; rounds repeated: " + repeated);
  }
}

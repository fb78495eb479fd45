package dev.vls.bench.result;

import java.util.List;

/**
 * A mean, and how far it may be from the truth.
 *
 * @param count how many values it was made of
 * @param mean NaN where there is none
 * @param error its standard error; NaN where there are too few values to tell
 */
public record Estimate(int count, double mean, double error) {
  /** Share of the values that is left out at each end, because the host was busy with others. */
  private static final double TRIMMED = 0.1;

  /**
   * Returns the trimmed mean of independent values, a tenth left out at each end, with the standard
   * error that belongs to it: that of the values with those left out put at the ends of the rest
   * (Tukey and McLaughlin, 1963). Values that are not finite are left out.
   */
  public static Estimate of(List<Double> values) {
    double[] sorted =
        values.stream()
            .mapToDouble(Double::doubleValue)
            .filter(Double::isFinite)
            .sorted()
            .toArray();
    int n = sorted.length;
    int trimmed = (int) (n * TRIMMED);
    int kept = n - 2 * trimmed;
    if (kept == 0) {
      return new Estimate(0, Double.NaN, Double.NaN);
    }
    double sum = 0;
    double clamped = 0;
    for (int i = 0; i < n; i++) {
      sum += i >= trimmed && i < n - trimmed ? sorted[i] : 0;
      clamped += clamped(sorted, i, trimmed);
    }
    double squares = 0;
    for (int i = 0; i < n; i++) {
      squares += Math.pow(clamped(sorted, i, trimmed) - clamped / n, 2);
    }
    double error = n < 2 ? Double.NaN : Math.sqrt(squares / (n - 1) * n) / kept;
    return new Estimate(n, sum / kept, error);
  }

  private static double clamped(double[] sorted, int i, int trimmed) {
    return sorted[Math.clamp(i, trimmed, sorted.length - 1 - trimmed)];
  }

  /**
   * Returns the mean of independent estimates, each counting as much as the others; those whose
   * error is unknown are left out.
   */
  public static Estimate mean(List<Estimate> estimates) {
    List<Estimate> known = estimates.stream().filter(e -> Double.isFinite(e.error)).toList();
    double squares = known.stream().mapToDouble(e -> e.error * e.error).sum();
    return new Estimate(
        known.stream().mapToInt(Estimate::count).sum(),
        known.stream().mapToDouble(Estimate::mean).average().orElse(Double.NaN),
        known.isEmpty() ? Double.NaN : Math.sqrt(squares) / known.size());
  }

  /** Returns the mean and where the truth lies with a probability of 95 %: 2 errors around it. */
  public Distribution distribution() {
    return Double.isNaN(error)
        ? Distribution.NONE
        : new Distribution(count, mean, mean - 2 * error, mean + 2 * error);
  }
}

package dev.vls.bench.result;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * The median of several values with their whole range.
 *
 * @param count how many values
 * @param median middle value, or the mean of the two in the middle; NaN where there is none
 * @param min least
 * @param max largest
 */
public record Distribution(int count, double median, double min, double max) {
  /** No values. */
  public static final Distribution NONE = new Distribution(0, Double.NaN, Double.NaN, Double.NaN);

  /** Returns the distribution of {@code values}; those that are not finite are left out. */
  public static Distribution of(DoubleStream values) {
    double[] sorted = values.filter(Double::isFinite).sorted().toArray();
    if (sorted.length == 0) {
      return NONE;
    }
    return new Distribution(sorted.length, median(sorted), sorted[0], sorted[sorted.length - 1]);
  }

  /** Returns the distribution of {@code values}. */
  public static Distribution of(double... values) {
    return of(Arrays.stream(values));
  }

  /**
   * Returns the geometric means of medians, least and largest values; those without values are left
   * out.
   */
  public static Distribution geometricMean(List<Distribution> each) {
    List<Distribution> known = each.stream().filter(d -> d.count() > 0).toList();
    return known.isEmpty()
        ? NONE
        : new Distribution(
            known.size(),
            geometricMean(known.stream().mapToDouble(Distribution::median)),
            geometricMean(known.stream().mapToDouble(Distribution::min)),
            geometricMean(known.stream().mapToDouble(Distribution::max)));
  }

  private static double geometricMean(DoubleStream values) {
    return Math.exp(values.map(Math::log).average().orElse(Double.NaN));
  }

  private static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** Returns the range as a share of the median, 0 for one value or a median of 0. */
  public double spread() {
    return count < 2 || median == 0 ? 0 : (max - min) / Math.abs(median);
  }
}

package dev.vls.bench.result;

import java.util.Arrays;
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

  private static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** Returns the range as a share of the median, 0 for one value or a median of 0. */
  public double spread() {
    return count < 2 || median == 0 ? 0 : (max - min) / Math.abs(median);
  }
}

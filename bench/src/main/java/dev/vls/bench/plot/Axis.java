package dev.vls.bench.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Sends values to pixels.
 *
 * @param min value at {@code from}
 * @param max value at {@code to}
 * @param scale how
 * @param from pixel of {@code min}
 * @param to pixel of {@code max}
 */
public record Axis(double min, double max, Scale scale, double from, double to) {
  private static final int TICKS = 6;

  /** How values are spread. */
  public enum Scale {
    /** By their difference. */
    LINEAR,
    /** By their ratio. */
    LOGARITHMIC
  }

  /** An axis from 0 to a round value that is not less than {@code largest}. */
  static Axis fromZero(double largest, double from, double to) {
    return around(0, largest, from, to);
  }

  /** An axis between round values that holds 0 and both of these. */
  static Axis around(double smallest, double largest, double from, double to) {
    double low = Math.min(0, smallest);
    double high = largest > 0 || low < 0 ? Math.max(0, largest) : 1;
    Axis rounded = between(low, high, step(high - low), from, to);
    return between(low, high, step(rounded.max - rounded.min), from, to); // the step of its marks
  }

  private static Axis between(double low, double high, double step, double from, double to) {
    return new Axis(
        Math.floor(low / step) * step, Math.ceil(high / step) * step, Scale.LINEAR, from, to);
  }

  /** A logarithmic axis over whole decades. */
  static Axis decades(double smallest, double largest, double from, double to) {
    double low = Math.pow(10, Math.floor(Math.log10(smallest)));
    double high = Math.pow(10, Math.ceil(Math.log10(largest)));
    return new Axis(low, high > low ? high : low * 10, Scale.LOGARITHMIC, from, to);
  }

  /** Returns the pixel of a value; values outside lie at the end. */
  double at(double value) {
    double share =
        scale == Scale.LINEAR
            ? (value - min) / (max - min)
            : Math.log(Math.max(value, min) / min) / Math.log(max / min);
    return from + Math.clamp(share, 0, 1) * (to - from);
  }

  /** Returns the values to be marked. */
  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    if (scale == Scale.LOGARITHMIC) {
      for (double tick = min; tick <= max * 1.0001; tick *= 10) {
        ticks.add(tick);
      }
    } else {
      double step = step(max - min);
      for (long i = Math.round(min / step); i * step <= max * 1.0001; i++) {
        ticks.add(i * step);
      }
    }
    return ticks;
  }

  /** Returns a value as it stands beside its mark. */
  public static String label(double value) {
    return Math.abs(value) >= 1e6 ? trimmed(value / 1e6) + " M" : trimmed(value);
  }

  private static String trimmed(double value) {
    return String.format(Locale.ROOT, "%,.3f", value).replaceFirst("\\.?0+$", "");
  }

  private static double step(double span) {
    double raw = span / TICKS;
    double decade = Math.pow(10, Math.floor(Math.log10(raw)));
    for (double factor : new double[] {1, 2, 5}) {
      if (factor * decade >= raw) {
        return factor * decade;
      }
    }
    return 10 * decade;
  }
}

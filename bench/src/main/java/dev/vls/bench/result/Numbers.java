package dev.vls.bench.result;

import java.util.Locale;

/** How numbers look in tables. */
public final class Numbers {
  static final String ABSENT = "-";

  private Numbers() {}

  /** Returns a number with some places after the point, or a dash where there is none. */
  public static String fixed(double value, int places) {
    return Double.isFinite(value)
        ? String.format(Locale.ROOT, "%,." + places + "f", value)
        : ABSENT;
  }

  /** Returns a median and, of several values, the whole range behind it. */
  public static String ranged(Distribution values, int places) {
    if (values.count() < 2) {
      return fixed(values.median(), places);
    }
    return fixed(values.median(), places)
        + " ("
        + fixed(values.min(), places)
        + ".."
        + fixed(values.max(), places)
        + ")";
  }

  /** Returns a median and half of its range as a share of it. */
  public static String spread(Distribution values, int places) {
    if (values.count() < 2) {
      return fixed(values.median(), places);
    }
    return fixed(values.median(), places) + " ±" + fixed(values.spread() * 50, 0) + "%";
  }

  /** Returns a mean and twice its standard error. */
  public static String estimated(Estimate value, int places) {
    return fixed(value.mean(), places) + " ±" + fixed(2 * value.error(), places);
  }

  /** Returns how far a ratio is from 1, in per cent with a sign, and its range. */
  public static String overhead(Distribution ratio) {
    if (ratio.count() == 0) {
      return ABSENT;
    }
    String median = percent(ratio.median());
    return ratio.count() < 2
        ? median
        : median + " (" + percent(ratio.min()) + ".." + percent(ratio.max()) + ")";
  }

  private static String percent(double ratio) {
    return String.format(Locale.ROOT, "%+.1f%%", (ratio - 1) * 100);
  }
}

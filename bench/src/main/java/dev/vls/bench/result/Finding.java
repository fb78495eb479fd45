package dev.vls.bench.result;

import java.util.Locale;

/**
 * A number that the project promises, beside what was measured.
 *
 * @param what what is promised, in words
 * @param measured what was measured
 * @param aim on which side of the limit the promise is kept
 * @param limit the last value that keeps the promise
 * @param unit unit of both
 */
public record Finding(String what, Distribution measured, Aim aim, double limit, String unit) {
  /** On which side of a limit a value has to be. */
  public enum Aim {
    /** The limit or less. */
    AT_MOST("at most"),
    /** The limit or more. */
    AT_LEAST("at least");

    private final String words;

    Aim(String words) {
      this.words = words;
    }

    private boolean holds(double value, double limit) {
      return this == AT_MOST ? value <= limit : value >= limit;
    }
  }

  /** Whether a promise was kept. */
  public enum Verdict {
    /** The median is within the limit. */
    MET,
    /** The median is past the limit. */
    MISSED,
    /** Nothing was measured. */
    UNKNOWN
  }

  /** A promise that something is at most {@code limit}. */
  public static Finding atMost(String what, Distribution measured, double limit, String unit) {
    return new Finding(what, measured, Aim.AT_MOST, limit, unit);
  }

  /** A promise that something is at least {@code limit}. */
  public static Finding atLeast(String what, Distribution measured, double limit, String unit) {
    return new Finding(what, measured, Aim.AT_LEAST, limit, unit);
  }

  /** Returns the verdict: the median decides. */
  public Verdict verdict() {
    if (measured.count() == 0) {
      return Verdict.UNKNOWN;
    }
    return aim.holds(measured.median(), limit) ? Verdict.MET : Verdict.MISSED;
  }

  /** Returns whether single values lie on both sides of the limit: noise may have decided. */
  public boolean doubtful() {
    return measured.count() > 0
        && aim.holds(measured.min(), limit) != aim.holds(measured.max(), limit);
  }

  /** Returns one line: promise, value, limit, verdict. */
  public String text() {
    String target = "target %s %s %s".formatted(aim.words, number(limit), unit).strip();
    if (verdict() == Verdict.UNKNOWN) {
      return "%s: %s: not measured".formatted(what, target);
    }
    String value = (number(measured.median()) + " " + unit).strip();
    return "%s: %s%s, %s: %s by %s%s"
        .formatted(
            what,
            value,
            range(),
            target,
            verdict(),
            distance(),
            doubtful() ? " (single values lie on both sides)" : "");
  }

  /** How far the median is from the limit, as a share of the limit where that says something. */
  private String distance() {
    double off = Math.abs(measured.median() - limit);
    return unit.equals("%") || limit == 0
        ? number(off) + " " + unit
        : number(off / Math.abs(limit) * 100) + " %";
  }

  private String range() {
    return measured.count() < 2
        ? ""
        : " (%s to %s, %d values)"
            .formatted(number(measured.min()), number(measured.max()), measured.count());
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, Math.abs(value) < 100 ? "%.2f" : "%,.0f", value);
  }
}

package dev.vls.bench.result;

import java.util.Locale;

/**
 * A number that the project promises, beside what was measured.
 *
 * @param what what is promised, in words
 * @param measured what was measured
 * @param limit largest value that keeps the promise
 * @param unit unit of both
 */
public record Finding(String what, Distribution measured, double limit, String unit) {
  /** Whether a promise was kept. */
  public enum Verdict {
    /** The median is within the limit. */
    MET,
    /** The median is past the limit. */
    MISSED,
    /** Nothing was measured. */
    UNKNOWN
  }

  /** Returns the verdict: the median decides. */
  public Verdict verdict() {
    if (measured.count() == 0) {
      return Verdict.UNKNOWN;
    }
    return measured.median() <= limit ? Verdict.MET : Verdict.MISSED;
  }

  /** Returns whether single values lie on both sides of the limit: noise may have decided. */
  public boolean doubtful() {
    return measured.count() > 0 && measured.min() <= limit && measured.max() > limit;
  }

  /** Returns one line: promise, value, limit, verdict. */
  public String text() {
    String verdict =
        switch (verdict()) {
          case MET -> "met";
          case MISSED -> "MISSED";
          case UNKNOWN -> "not measured";
        };
    if (verdict() == Verdict.UNKNOWN) {
      return "%s: target %s %s: %s".formatted(what, number(limit), unit, verdict);
    }
    return "%s: %s %s%s, target at most %s %s: %s%s"
        .formatted(
            what,
            number(measured.median()),
            unit,
            range(),
            number(limit),
            unit,
            verdict,
            doubtful() ? " (single values lie on both sides)" : "");
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

package dev.vls.bench.suite;

import dev.vls.bench.result.Distribution;
import dev.vls.bench.result.Finding;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Findings of the one subject of several that decides: that of the largest value, or of the
 * smallest, by the median.
 */
final class Extremes {
  private Extremes() {}

  /** Makes a finding of a subject and its values. */
  interface Maker {
    Finding make(String subject, Distribution values);
  }

  /** Returns the finding of the subject with the largest value; empty if there is no subject. */
  static Optional<Finding> largest(
      List<String> subjects, Function<String, Distribution> of, Maker maker) {
    return subjects.stream().max(byMedian(of)).map(found -> maker.make(found, of.apply(found)));
  }

  /** Returns the finding of the subject with the smallest value; empty if there is no subject. */
  static Optional<Finding> smallest(
      List<String> subjects, Function<String, Distribution> of, Maker maker) {
    return subjects.stream().min(byMedian(of)).map(found -> maker.make(found, of.apply(found)));
  }

  private static Comparator<String> byMedian(Function<String, Distribution> of) {
    return Comparator.comparingDouble(subject -> of.apply(subject).median());
  }
}

package dev.vls.bench.result;

import dev.vls.bench.result.Sample.Phase;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** All samples of a bench run, and the questions that tables ask. Any thread. */
public final class Samples {
  private final List<Sample> samples = new CopyOnWriteArrayList<>();
  private final AtomicInteger repeated = new AtomicInteger();

  /** Creates an empty set. */
  public Samples() {}

  /** Adds one. */
  public void add(Sample sample) {
    samples.add(sample);
  }

  /**
   * Puts the samples of a better try of a round in the place of those of an earlier one. Meanwhile
   * there are none of that round, never both.
   */
  public void replace(List<Sample> tried, List<Sample> better) {
    samples.removeAll(tried);
    samples.addAll(better);
  }

  /** Counts a round that is run again. */
  public void addRepeated() {
    repeated.incrementAndGet();
  }

  /** Returns how many rounds were run again, however often each. */
  public int repeated() {
    return repeated.get();
  }

  /** Returns all, in the order in which they were measured. */
  public List<Sample> all() {
    return List.copyOf(samples);
  }

  /** Returns the subjects of a suite, in the order in which they ran first. */
  public List<String> subjects(String suite) {
    return samples.stream()
        .filter(sample -> sample.suite().equals(suite))
        .map(Sample::subject)
        .distinct()
        .toList();
  }

  /** Returns whether a suite ran anything in this variant. */
  public boolean has(String suite, Variant variant) {
    return samples.stream().anyMatch(s -> s.suite().equals(suite) && s.variant() == variant);
  }

  /** Returns the distribution of what {@code value} makes of the steady samples. */
  public Distribution steady(
      String suite, String subject, Variant variant, ToDoubleFunction<Sample> value) {
    return Distribution.of(of(suite, subject, variant, Phase.STEADY).mapToDouble(value));
  }

  /** Returns what {@code estimate} makes of each steady sample. */
  public List<Estimate> estimates(
      String suite, String subject, Variant variant, Function<Sample, Estimate> estimate) {
    return of(suite, subject, variant, Phase.STEADY).map(estimate).toList();
  }

  /** Returns the distribution of what {@code value} makes of the warm-up samples. */
  public Distribution warmUp(
      String suite, String subject, Variant variant, ToDoubleFunction<Sample> value) {
    return Distribution.of(of(suite, subject, variant, Phase.WARM_UP).mapToDouble(value));
  }

  /** Returns the ratios of two variants pair by pair; see the other method of this name. */
  public Distribution ratio(
      String suite, String subject, Variant over, Variant under, Metric metric) {
    return ratio(suite, subject, over, under, sample -> sample.value(metric));
  }

  /**
   * Returns the ratios of two variants pair by pair: what {@code value} makes of each steady run of
   * {@code over} is divided by that of the run of {@code under} in the same round, so that slow
   * changes of the host cancel.
   */
  public Distribution ratio(
      String suite, String subject, Variant over, Variant under, ToDoubleFunction<Sample> value) {
    return Distribution.of(
        of(suite, subject, over, Phase.STEADY)
            .flatMap(
                sample ->
                    of(suite, subject, under, Phase.STEADY)
                        .filter(other -> other.round() == sample.round())
                        .map(other -> value.applyAsDouble(sample) / value.applyAsDouble(other)))
            .mapToDouble(Double::doubleValue));
  }

  /** Returns how the last counted run of a variant went on, if it was traced. */
  public Optional<Trace> trace(String suite, String subject, Variant variant) {
    return of(suite, subject, variant, Phase.STEADY)
        .flatMap(sample -> sample.trace().stream())
        .reduce((_, last) -> last);
  }

  private Stream<Sample> of(String suite, String subject, Variant variant, Phase phase) {
    return samples.stream()
        .filter(
            s ->
                s.suite().equals(suite)
                    && s.subject().equals(subject)
                    && s.variant() == variant
                    && s.phase() == phase);
  }
}

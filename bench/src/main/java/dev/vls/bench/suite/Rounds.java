package dev.vls.bench.suite;

import dev.vls.bench.guest.Measurement;
import dev.vls.bench.guest.StalledException;
import dev.vls.bench.result.Metric;
import dev.vls.bench.result.Numbers;
import dev.vls.bench.result.Sample;
import dev.vls.bench.result.Sample.Phase;
import dev.vls.bench.result.Variant;
import dev.vls.bench.suite.BenchConfig.Scale;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/**
 * The rounds of one subject. At full scale a counted round is run again where the host took too
 * much of one of its runs for others; shorter benches have no time for that. One thread.
 */
final class Rounds {
  /** What the host may take of a run, as {@link Sample#stolenShare}. */
  private static final double STOLEN_LIMIT = 0.02;

  private static final int TRIES = 3;
  private static final double NS_PER_S = 1e9;

  private final Bench bench;
  private final DoubleSupplier stolenSeconds;
  private final Subject subject;
  private final Set<Variant> stalled = EnumSet.noneOf(Variant.class);

  /** What runs; see {@link Bench#compare}. */
  record Subject(String suite, String name, List<List<Variant>> groups, Bench.Trial trial) {}

  /** One round; its runs are pairs. */
  private record Round(Phase phase, int number, List<Variant> order) {}

  /**
   * Creates the rounds.
   *
   * @param stolenSeconds as {@link dev.vls.bench.guest.StolenTime#seconds}
   */
  Rounds(Bench bench, DoubleSupplier stolenSeconds, Subject subject) {
    this.bench = bench;
    this.stolenSeconds = stolenSeconds;
    this.subject = subject;
  }

  /** Runs them all, and adds what counts and the warm-up to the bench's samples. */
  void run() throws Exception {
    BenchConfig config = bench.config();
    boolean warm = config.scale() == Scale.QUICK && !bench.samples().all().isEmpty();
    int warmUps = warm ? 0 : config.warmUps();
    for (int number = 0; number < warmUps; number++) {
      List<Variant> order = Bench.order(subject.groups(), number);
      run(
          new Round(Phase.WARM_UP, number, order.stream().filter(Rounds::warmsUp).toList()),
          bench.samples()::add);
    }
    for (int number = 0; number < config.rounds(); number++) {
      Round round =
          new Round(Phase.STEADY, number, Bench.order(subject.groups(), warmUps + number));
      List<Sample> first = run(round, bench.samples()::add);
      if (config.scale() == Scale.FULL && isHit(first)) {
        bench.samples().addRepeated();
        repeat(round, first);
      }
    }
  }

  /** A run in turns leaves out its own beginning. */
  private static boolean warmsUp(Variant variant) {
    return variant.kind() == Variant.Kind.MACHINE && !Variant.IN_TURNS.contains(variant);
  }

  /**
   * Runs a round again until a try is not hit. Whole tries are compared, so that the runs of a pair
   * stay together; one in which a variant stalled lacks a run and does not count.
   */
  private void repeat(Round round, List<Sample> first) throws Exception {
    List<Sample> best = first;
    List<Sample> last = first;
    for (int tries = 1; tries < TRIES && isHit(last); tries++) {
      bench.say(
          "%s %s round %d again: the host ran others meanwhile"
              .formatted(subject.suite(), subject.name(), round.number() + 1));
      last = run(round, _ -> {});
      if (last.size() == best.size() && stolen(last) < stolen(best)) {
        bench.samples().replace(best, last);
        best = last;
      }
    }
  }

  private static boolean isHit(List<Sample> round) {
    return round.stream().anyMatch(Rounds::isHit);
  }

  /** Returns whether the host took too much of a run; not where that is unknown. */
  static boolean isHit(Sample sample) {
    return sample.stolenShare() > STOLEN_LIMIT;
  }

  private static double stolen(List<Sample> round) {
    return round.stream().mapToDouble(sample -> sample.value(Metric.STOLEN)).sum();
  }

  /**
   * Runs a round once.
   *
   * @param into told each sample when it is there: a bench may be stopped within a round
   */
  private List<Sample> run(Round round, Consumer<Sample> into) throws Exception {
    List<Sample> samples = new ArrayList<>();
    Path log = bench.folder().resolve("log");
    for (Variant variant : round.order()) {
      if (!stalled.contains(variant)) {
        sample(round, variant, log)
            .ifPresent(
                sample -> {
                  samples.add(sample);
                  into.accept(sample);
                  bench.say(line(sample));
                });
      }
    }
    Bench.remove(log);
    return samples;
  }

  /** Runs one variant; there is no sample if it stalls. */
  private Optional<Sample> sample(Round round, Variant variant, Path log) throws Exception {
    Measurement measurement;
    try {
      measurement = measure(variant, log);
    } catch (StalledException e) {
      bench.say(
          "%s %s %s left out: %s"
              .formatted(subject.suite(), subject.name(), variant.label(), e.getMessage()));
      stalled.add(variant);
      return Optional.empty();
    }
    return Optional.of(
        new Sample(
            subject.suite(),
            subject.name(),
            variant,
            round.phase(),
            round.number(),
            measurement.values(),
            round.phase() == Phase.STEADY ? measurement.trace() : Optional.empty()));
  }

  /** Adds what the host took of it for others to what the trial measures. */
  private Measurement measure(Variant variant, Path log) throws Exception {
    double stolenStart = stolenSeconds.getAsDouble();
    long startNs = System.nanoTime();
    Measurement measurement = subject.trial().run(variant, log);
    Map<Metric, Double> values = new EnumMap<>(Metric.class);
    values.putAll(measurement.values());
    values.put(Metric.ELAPSED, (System.nanoTime() - startNs) / NS_PER_S);
    double stolen = stolenSeconds.getAsDouble() - stolenStart;
    if (stolen >= 0) { // not where it is unknown; a machine moved to another host may count anew
      values.put(Metric.STOLEN, stolen);
    }
    return measurement.with(values);
  }

  private String line(Sample sample) {
    boolean steady = sample.phase() == Phase.STEADY;
    String line =
        String.format(
            Locale.ROOT,
            "%-8s %-22s %-11s %s %d/%d  %6.2f s wall  %6.2f s CPU",
            sample.suite(),
            sample.subject(),
            sample.variant().label(),
            steady ? "round" : "warm-up",
            sample.round() + 1,
            steady ? bench.config().rounds() : bench.config().warmUps(),
            sample.value(Metric.WALL),
            sample.value(Metric.CPU));
    return isHit(sample)
        ? line + "  " + Numbers.fixed(100 * sample.stolenShare(), 1) + " % stolen"
        : line;
  }
}

package dev.vls.bench.suite;

import dev.vls.bench.result.Distribution;
import dev.vls.bench.result.Finding;
import dev.vls.bench.result.Metric;
import dev.vls.bench.result.Numbers;
import dev.vls.bench.result.Samples;
import dev.vls.bench.result.Section;
import dev.vls.bench.result.TextTable;
import dev.vls.bench.result.Variant;
import dev.vls.bench.suite.BenchConfig.Scale;
import java.util.List;

/** How fast a replay is beside its recording: idle, CPU-bound, I/O-bound and trap-heavy guests. */
final class ReplaySuite implements Suite {
  static final String NAME = "replay";

  private static final double AIM = 1.0;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void run(Bench bench) throws Exception {
    for (Load load : Load.REPLAYED) {
      if (wanted(bench.config(), load)) {
        bench.compare(
            NAME,
            load.subject(),
            List.of(List.of(Variant.RECORD, Variant.REPLAY)),
            (variant, log) -> load.run(bench, variant, log));
      }
    }
  }

  private static boolean wanted(BenchConfig config, Load load) {
    boolean dear = load.equals(Load.TRAPS) || load.equals(Load.FAULTS);
    boolean named = config.guests().contains(load.image());
    return config.wants(load.image()) && (named || !dear || config.scale() != Scale.QUICK);
  }

  @Override
  public List<Section> sections(Samples samples) {
    if (samples.subjects(NAME).isEmpty()) {
      return List.of();
    }
    TextTable table =
        new TextTable(
            "guest",
            "record wall s",
            "record CPU s",
            "replay wall s",
            "replay CPU s",
            "speed (wall)",
            "speed (CPU)");
    for (String subject : samples.subjects(NAME)) {
      table.row(
          subject,
          Rates.seconds(samples, NAME, subject, Variant.RECORD, Metric.WALL),
          Rates.seconds(samples, NAME, subject, Variant.RECORD, Metric.CPU),
          Rates.seconds(samples, NAME, subject, Variant.REPLAY, Metric.WALL),
          Rates.seconds(samples, NAME, subject, Variant.REPLAY, Metric.CPU),
          Numbers.ranged(speed(samples, subject, Metric.WALL), 2),
          Numbers.ranged(speed(samples, subject, Metric.CPU), 2));
    }
    return List.of(
        new Section(
            "replay: beside recording",
            List.of(
                "CPU: of the domain's thread. speed: recorded run / its replay, pair by pair; above"
                    + " 1 the replay is faster. Every digest was compared.",
                "a replay does not wait: an idle guest's is as long as the work that it did."),
            table));
  }

  /** Returns how many times faster than the recording the replay was. */
  static Distribution speed(Samples samples, String subject, Metric metric) {
    return samples.ratio(NAME, subject, Variant.RECORD, Variant.REPLAY, metric);
  }

  @Override
  public List<Finding> findings(Samples samples) {
    return Extremes.smallest(
            samples.subjects(NAME),
            subject -> speed(samples, subject, Metric.WALL),
            (slowest, times) ->
                Finding.atLeast(
                    "speed of replay beside recording (wall), slowest load, " + slowest,
                    times,
                    AIM,
                    "times"))
        .stream()
        .toList();
  }
}

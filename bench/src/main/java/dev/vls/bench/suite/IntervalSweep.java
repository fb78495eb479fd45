package dev.vls.bench.suite;

import dev.vls.bench.guest.ExtraEvents;
import dev.vls.bench.guest.Workload;
import dev.vls.bench.result.Distribution;
import dev.vls.bench.result.Metric;
import dev.vls.bench.result.Numbers;
import dev.vls.bench.result.Samples;
import dev.vls.bench.result.Section;
import dev.vls.bench.result.TextTable;
import dev.vls.bench.result.Variant;
import dev.vls.bench.suite.BenchConfig.Scale;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What events cost as their interval shrinks: the same CPU-bound guest, recorded with more and more
 * of them (after figure 6.4 of the Xen/VLS thesis).
 */
final class IntervalSweep {
  /** Its samples are kept apart from those of the log's bytes. */
  static final String NAME = "interval";

  private static final String UNIT = " events/s asked";
  private static final int NONE = 0;
  private static final List<Integer> FULL =
      List.of(NONE, 100, 500, 1000, 2000, 5000, 10_000, 20_000);
  private static final List<Integer> TINY = List.of(NONE, 1000, 10_000);

  private IntervalSweep() {}

  static void run(Bench bench) throws Exception {
    Load load = Load.CPU_BOUND;
    Workload workload = load.workload(bench.config());
    for (int rate : bench.config().scale() == Scale.FULL ? FULL : TINY) {
      bench.compare(
          NAME,
          rate == NONE ? "default" : rate + UNIT,
          List.of(List.of(Variant.PLAIN), List.of(Variant.RECORD)),
          (variant, log) ->
              load.require(
                  variant == Variant.PLAIN
                      ? bench.runner().plain(workload)
                      : bench
                          .runner()
                          .record(
                              workload,
                              log,
                              source -> rate == NONE ? source : new ExtraEvents(source, rate))));
    }
  }

  static List<Section> sections(Samples samples) {
    if (samples.subjects(NAME).isEmpty()) {
      return List.of();
    }
    TextTable table =
        new TextTable(
            "events",
            "events/s",
            "interval ms",
            "cost (CPU)",
            "cost (wall)",
            "us/event",
            "log B/s");
    for (String subject : samples.subjects(NAME)) {
      double rate = rate(samples, subject).median();
      double cost = cost(samples, subject, Metric.CPU).median() - 1;
      double plainSeconds =
          samples.steady(NAME, subject, Variant.PLAIN, s -> s.value(Metric.CPU)).median();
      double events =
          samples.steady(NAME, subject, Variant.RECORD, s -> s.value(Metric.BRK_FRAMES)).median();
      table.row(
          subject,
          Numbers.fixed(rate, 0),
          Numbers.fixed(1e3 / rate, 2),
          Numbers.overhead(cost(samples, subject, Metric.CPU)),
          Numbers.overhead(cost(samples, subject, Metric.WALL)),
          Numbers.fixed(cost * plainSeconds / events * 1e6, 1),
          Numbers.fixed(
              samples
                  .steady(NAME, subject, Variant.RECORD, s -> Rates.perSecond(s, Metric.LOG_BYTES))
                  .median(),
              0));
    }
    table.row(
        "Xen/VLS thesis: SPEC CINT2006",
        Map.of(
            "events/s", Numbers.fixed(Published.CINT_EVENTS_PER_S, 0),
            "interval ms", Numbers.fixed(1e3 / Published.CINT_EVENTS_PER_S, 2),
            "cost (wall)", CpuTables.cost(Published.CINT_COST),
            "log B/s", Numbers.fixed(Published.CINT_LOG_BYTES_PER_S, 0)));
    List<String> notes =
        Published.notes(
            "core, plain without further events / recorded with them, pair by pair; CPU: the"
                + " domain's thread.",
            "each further event is a store of 24 octets to the time page, which changes"
                + " nothing; the thesis's are timer ticks and device interrupts.");
    return List.of(new Section("log: cost of recording by interval of events", notes, table));
  }

  /** One point of the sweep. */
  record Point(Distribution eventsPerSecond, Distribution costRatio) {}

  /** Returns the points of the sweep, in order. */
  static List<Point> points(Samples samples) {
    List<Point> points = new ArrayList<>();
    for (String subject : samples.subjects(NAME)) {
      points.add(new Point(rate(samples, subject), cost(samples, subject, Metric.CPU)));
    }
    return points;
  }

  private static Distribution rate(Samples samples, String subject) {
    return samples.steady(
        NAME, subject, Variant.RECORD, s -> Rates.perSecond(s, Metric.BRK_FRAMES));
  }

  private static Distribution cost(Samples samples, String subject, Metric metric) {
    return samples.ratio(NAME, subject, Variant.RECORD, Variant.PLAIN, metric);
  }
}

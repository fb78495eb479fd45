package dev.vls.bench.suite;

import dev.vls.bench.plot.Plot;
import dev.vls.bench.result.Distribution;
import dev.vls.bench.result.Finding;
import dev.vls.bench.result.Metric;
import dev.vls.bench.result.Numbers;
import dev.vls.bench.result.Sample;
import dev.vls.bench.result.Samples;
import dev.vls.bench.result.Section;
import dev.vls.bench.result.TextTable;
import dev.vls.bench.result.Variant;
import dev.vls.bench.suite.BenchConfig.Scale;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What a log grows by each second, by frame type: an idle, a CPU-bound and an I/O-bound guest. */
final class LogSuite implements Suite {
  static final String NAME = "log";

  private static final double LOG_LIMIT_BYTES = 2000;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void run(Bench bench) throws Exception {
    for (Load load : Load.LOGGED) {
      if (bench.config().wants(load.image())) {
        bench.compare(
            NAME,
            load.subject(),
            List.of(List.of(Variant.RECORD)),
            (variant, log) -> load.run(bench, variant, log));
      }
    }
    boolean quick = bench.config().scale() == Scale.QUICK;
    if (!quick && bench.config().wants(Load.CPU_BOUND.image())) {
      IntervalSweep.run(bench);
    }
  }

  @Override
  public List<Section> sections(Samples samples) {
    if (samples.subjects(NAME).isEmpty()) {
      return List.of();
    }
    TextTable table =
        new TextTable(
            "guest",
            "s",
            "events/s",
            "BRK B/s",
            "B per BRK",
            "SMA B/s",
            "digests/s",
            "other B/s",
            "log B/s");
    for (String subject : samples.subjects(NAME)) {
      table.row(
          subject,
          fixed(samples, subject, s -> s.value(Metric.WALL), 1),
          fixed(samples, subject, s -> Rates.perSecond(s, Metric.BRK_FRAMES), 1),
          fixed(samples, subject, s -> Rates.perSecond(s, Metric.BRK_BYTES), 0),
          fixed(samples, subject, s -> s.value(Metric.BRK_BYTES) / s.value(Metric.BRK_FRAMES), 0),
          fixed(samples, subject, s -> Rates.perSecond(s, Metric.SMA_BYTES), 0),
          fixed(samples, subject, s -> Rates.perSecond(s, Metric.DIGESTS), 2),
          fixed(samples, subject, Rates::otherPerSecond, 0),
          Numbers.spread(logRate(samples, subject), 0));
    }
    table.row(
        "Xen/VLS thesis: SPEC CINT2006",
        Map.of(
            "events/s", Numbers.fixed(Published.CINT_EVENTS_PER_S, 1),
            "log B/s", Numbers.fixed(Published.CINT_LOG_BYTES_PER_S, 0)));
    table.row(
        "Xen/VLS thesis: kernel build",
        Map.of(
            "BRK B/s", Numbers.fixed(Published.BUILD_BRK_BYTES_PER_S, 0),
            "SMA B/s", Numbers.fixed(Published.BUILD_SMA_BYTES_PER_S, 0),
            "log B/s", Numbers.fixed(Published.BUILD_LOG_BYTES_PER_S, 0)));
    table.row(
        "Xen/VLS thesis: swapping",
        Map.of("log B/s", Numbers.fixed(Published.SWAP_LOG_BYTES_PER_S, 0)));
    List<String> notes =
        Published.notes(
            "per second of wall time; BRK: instants, time re-bases, VMM pages, state digests;"
                + " SMA: bytes stored to guest RAM; framing included.",
            "other: segment headers and seals, index, end of the log.");
    List<Section> sections = new ArrayList<>();
    sections.add(new Section("log: bytes per second by frame type", notes, table));
    sections.addAll(IntervalSweep.sections(samples));
    return sections;
  }

  @Override
  public List<Plot> plots(Samples samples) {
    return LogPlots.plots(samples);
  }

  @Override
  public List<Finding> findings(Samples samples) {
    if (!samples.subjects(NAME).contains(Load.CPU_BOUND.subject())) {
      return List.of();
    }
    return List.of(
        Finding.atMost(
            "log of a CPU-bound guest, " + Load.CPU_BOUND.subject(),
            logRate(samples, Load.CPU_BOUND.subject()),
            LOG_LIMIT_BYTES,
            "B/s"));
  }

  private static Distribution logRate(Samples samples, String subject) {
    return steady(samples, subject, s -> Rates.perSecond(s, Metric.LOG_BYTES));
  }

  private static String fixed(
      Samples samples, String subject, ToDoubleFunction<Sample> value, int places) {
    return Numbers.fixed(steady(samples, subject, value).median(), places);
  }

  private static Distribution steady(
      Samples samples, String subject, ToDoubleFunction<Sample> value) {
    return samples.steady(NAME, subject, Variant.RECORD, value);
  }
}

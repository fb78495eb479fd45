package dev.vls.bench.suite;

import dev.vls.bench.guest.DiskChoice;
import dev.vls.bench.guest.Measurement;
import dev.vls.bench.guest.Workload;
import dev.vls.bench.guest.WrongResultException;
import dev.vls.bench.result.Distribution;
import dev.vls.bench.result.Finding;
import dev.vls.bench.result.Metric;
import dev.vls.bench.result.Numbers;
import dev.vls.bench.result.Sample;
import dev.vls.bench.result.Samples;
import dev.vls.bench.result.Section;
import dev.vls.bench.result.TextTable;
import dev.vls.bench.result.Variant;
import dev.vls.sma.CaptureMode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** What a log grows by each second, by frame type: an idle, a CPU-bound and an I/O-bound guest. */
final class LogSuite implements Suite {
  static final String NAME = "log";

  private static final String CPU_BOUND = "cpu-bound (core)";
  private static final double LOG_LIMIT_BYTES = 2000;

  /** A guest that is recorded. */
  private record Load(
      String subject, String image, String full, String quick, String tiny, String printed) {
    Workload workload(BenchConfig config) {
      String arguments =
          switch (config.scale()) {
            case FULL -> full;
            case QUICK -> quick;
            case TINY -> tiny;
          };
      Optional<DiskChoice> disk =
          image.equals(IoSuite.GUEST)
              ? Optional.of(new DiskChoice(DiskChoice.Medium.MEMORY, IoSuite.SECTORS))
              : Optional.empty();
      return new Workload(image, arguments, config.ramBytes(), CaptureMode.STRICT, disk);
    }
  }

  private static final List<Load> LOADS =
      List.of(
          new Load(
              "idle, 100 Hz timer (clock)",
              "clock",
              "ticks=1000 period_us=10000",
              "ticks=200 period_us=10000",
              "ticks=5 period_us=1000",
              "CLOCK PASS"),
          new Load(CPU_BOUND, "core", "n=16000", "n=3000", "n=5", "core n="),
          new Load(
              "io-bound, mixed (blkstress)",
              IoSuite.GUEST,
              "ops=50000 " + IoSuite.MIXED,
              "ops=10000 " + IoSuite.MIXED,
              "ops=20 " + IoSuite.MIXED,
              "BLKSTRESS PASS"));

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void run(Bench bench) throws Exception {
    for (Load load : LOADS) {
      if (bench.config().wants(load.image())) {
        Workload workload = load.workload(bench.config());
        bench.compare(
            NAME,
            load.subject(),
            List.of(List.of(Variant.RECORD)),
            (_, log) -> record(bench, load, workload, log));
      }
    }
  }

  private static Measurement record(Bench bench, Load load, Workload workload, Path log)
      throws Exception {
    Measurement measurement = bench.runner().record(workload, log);
    if (!measurement.output().contains(load.printed())) {
      throw new WrongResultException(
          "%s did not print '%s'".formatted(load.image(), load.printed()));
    }
    return measurement;
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
    return List.of(
        new Section(
            "log: bytes per second by frame type",
            List.of(
                "per second of wall time; BRK: instants, time re-bases, VMM pages, state digests;"
                    + " SMA: bytes stored to guest RAM; framing included.",
                "other: segment headers and seals, index, end of the log."),
            table));
  }

  @Override
  public List<Finding> findings(Samples samples) {
    if (!samples.subjects(NAME).contains(CPU_BOUND)) {
      return List.of();
    }
    return List.of(
        new Finding(
            "log of a CPU-bound guest, " + CPU_BOUND,
            logRate(samples, CPU_BOUND),
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

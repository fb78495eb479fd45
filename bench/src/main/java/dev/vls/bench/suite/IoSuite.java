package dev.vls.bench.suite;

import dev.vls.bench.guest.DiskChoice;
import dev.vls.bench.guest.DiskChoice.Medium;
import dev.vls.bench.guest.GuestOutput;
import dev.vls.bench.guest.Measurement;
import dev.vls.bench.guest.Workload;
import dev.vls.bench.plot.BarChart;
import dev.vls.bench.plot.Plot;
import dev.vls.bench.result.Finding;
import dev.vls.bench.result.Metric;
import dev.vls.bench.result.Numbers;
import dev.vls.bench.result.Samples;
import dev.vls.bench.result.Section;
import dev.vls.bench.result.TextTable;
import dev.vls.bench.result.Variant;
import dev.vls.bench.suite.BenchConfig.Scale;
import dev.vls.sma.CaptureMode;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The block ring: {@code blkstress} on a disk in memory and in a file, strict and sampled. It reads
 * sectors that it never wrote, which it does not check: what is measured is the ring and SMA. The
 * mixed load writes, verifies and flushes too, and is mostly the guest's own arithmetic.
 */
final class IoSuite implements Suite {
  static final String NAME = "io";

  static final String GUEST = "blkstress";
  static final String MIXED = "span=4096 depth=16";
  private static final String READING = "span=4096 depth=16 writes=0 flush=0";
  private static final double MILLION = 1e6;
  static final int SECTORS = 16384;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void run(Bench bench) throws Exception {
    if (!bench.config().wants(GUEST)) {
      return;
    }
    for (boolean mixed : new boolean[] {false, true}) {
      DiskTrial.Expected expected = new DiskTrial.Expected();
      for (Medium medium : media(bench.config().scale(), mixed)) {
        for (CaptureMode mode : CaptureMode.values()) {
          String subject = String.join(" ", mixed ? "mixed" : "read", word(medium), word(mode));
          String arguments = arguments(bench.config().scale(), mixed);
          Workload workload =
              new Workload(
                  GUEST,
                  arguments,
                  bench.config().ramBytes(),
                  mode,
                  Optional.of(new DiskChoice(medium, SECTORS)));
          bench.compare(NAME, subject, groups(), new DiskTrial(bench, workload, expected));
        }
      }
    }
  }

  private static List<List<Variant>> groups() {
    return List.of(List.of(Variant.PLAIN), List.of(Variant.RECORD, Variant.REPLAY));
  }

  /** The quick bench leaves the file out where the guest's own arithmetic hides it. */
  private static List<Medium> media(Scale scale, boolean mixed) {
    return scale == Scale.QUICK && mixed ? List.of(Medium.MEMORY) : List.of(Medium.values());
  }

  private static String arguments(Scale scale, boolean mixed) {
    int operations =
        switch (scale) {
          case FULL -> mixed ? 15_000 : 20_000;
          case QUICK -> mixed ? 3000 : 8000;
          case TINY -> 20;
        };
    return "ops=" + operations + " " + (mixed ? MIXED : READING);
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** Runs the guest; all runs of the same load must print the same, whatever is behind the disk. */
  private record DiskTrial(Bench bench, Workload workload, Expected expected)
      implements Bench.Trial {
    /** What the first run printed. */
    private static final class Expected {
      private Optional<String> line = Optional.empty();
    }

    @Override
    public Measurement run(Variant variant, Path log) throws Exception {
      Measurement measurement =
          switch (variant) {
            case PLAIN -> bench.runner().plain(workload);
            case RECORD -> bench.runner().record(workload, log);
            default -> bench.runner().replay(log);
          };
      String line = GuestOutput.blockLine(measurement.output());
      GuestOutput.require(GUEST + " (" + variant.label() + ")", expected.line.orElse(line), line);
      expected.line = Optional.of(line);
      Map<Metric, Double> values = new EnumMap<>(measurement.values());
      values.put(Metric.PAYLOAD, (double) GuestOutput.blockBytes(measurement.output()));
      return measurement.with(values);
    }
  }

  @Override
  public List<Section> sections(Samples samples) {
    if (samples.subjects(NAME).isEmpty()) {
      return List.of();
    }
    return List.of(throughput(samples));
  }

  private static Plot plot(Samples samples) {
    BarChart chart =
        new BarChart("MB/s of wall time", 0)
            .series("plain", Colors.of(Variant.PLAIN))
            .series("recorded", Colors.of(Variant.RECORD));
    for (String subject : samples.subjects(NAME)) {
      chart.group(
          subject,
          samples.steady(NAME, subject, Variant.PLAIN, Rates::megabytesPerSecond).median(),
          samples.steady(NAME, subject, Variant.RECORD, Rates::megabytesPerSecond).median());
    }
    chart.rule();
    chart.group("Xen/VLS: ring", Published.RING_PLAIN, Published.RING_CAPTURED);
    return new Plot(
        "Throughput of the block ring",
        chart.svg(),
        List.of(
            "After the thesis's table 5.5, whose ring moves pages of a test device; here a whole"
                + " block device with grants, requests and, with 'mixed', a guest that checks every"
                + " word.",
            Published.DIFFERENCE));
  }

  private static Section throughput(Samples samples) {
    TextTable table =
        new TextTable(
            "load",
            "MB",
            "plain MB/s",
            "record MB/s",
            "record MB/CPU s",
            "cost (process CPU)",
            "replay speed",
            "log B per B",
            "log MB/s");
    for (String subject : samples.subjects(NAME)) {
      table.row(
          subject,
          Numbers.fixed(
              samples.steady(NAME, subject, Variant.PLAIN, s -> s.value(Metric.PAYLOAD)).median()
                  / MILLION,
              0),
          Numbers.spread(
              samples.steady(NAME, subject, Variant.PLAIN, Rates::megabytesPerSecond), 0),
          Numbers.spread(
              samples.steady(NAME, subject, Variant.RECORD, Rates::megabytesPerSecond), 0),
          Numbers.spread(
              samples.steady(NAME, subject, Variant.RECORD, Rates::megabytesPerCpuSecond), 0),
          Numbers.overhead(
              samples.ratio(NAME, subject, Variant.RECORD, Variant.PLAIN, Metric.PROCESS_CPU)),
          Numbers.ranged(
              samples.ratio(NAME, subject, Variant.RECORD, Variant.REPLAY, Metric.WALL), 2),
          Numbers.fixed(
              samples
                  .steady(
                      NAME,
                      subject,
                      Variant.RECORD,
                      s -> s.value(Metric.LOG_BYTES) / s.value(Metric.PAYLOAD))
                  .median(),
              2),
          Numbers.fixed(
              samples
                      .steady(
                          NAME, subject, Variant.RECORD, s -> Rates.perSecond(s, Metric.LOG_BYTES))
                      .median()
                  / MILLION,
              1));
    }
    table.row(
        "Xen/VLS thesis, table 5.5: ring",
        Map.of(
            "plain MB/s", Numbers.fixed(Published.RING_PLAIN, 0),
            "record MB/s", Numbers.fixed(Published.RING_CAPTURED, 0)));
    List<String> notes =
        Published.notes(
            "MB: million bytes that the guest read or wrote on its disk, without its final"
                + " read-back; MB/s by wall time, MB/CPU s by CPU time of the process.",
            "read: sectors never written, not checked by the guest; mixed: half writes, all"
                + " verified, a flush every 64.",
            "cost: CPU time of the process, recorded / plain, pair by pair. replay speed: wall"
                + " time of the recorded run / of its replay.",
            "the thesis's ring moves pages of a test device; here a whole block device with"
                + " grants and requests.");
    return new Section("io: blkstress on the block ring", notes, table);
  }

  @Override
  public List<Plot> plots(Samples samples) {
    return samples.subjects(NAME).isEmpty() ? List.of() : List.of(plot(samples));
  }

  @Override
  public List<Finding> findings(Samples samples) {
    return List.of();
  }
}

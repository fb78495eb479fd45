package dev.vls.bench.suite;

import dev.vls.bench.plot.Axis;
import dev.vls.bench.plot.Plot;
import dev.vls.bench.plot.XyChart;
import dev.vls.bench.result.Numbers;
import dev.vls.bench.result.Samples;
import dev.vls.bench.result.Trace;
import dev.vls.bench.result.Variant;
import java.util.ArrayList;
import java.util.List;

/** The plots of {@link LogSuite}. */
final class LogPlots {
  private static final int BINS = 50;

  private LogPlots() {}

  static List<Plot> plots(Samples samples) {
    List<Plot> plots = new ArrayList<>();
    for (String subject : samples.subjects(LogSuite.NAME)) {
      samples
          .trace(LogSuite.NAME, subject, Variant.RECORD)
          .filter(trace -> trace.points().size() > 3)
          .ifPresent(trace -> plots.add(bandwidth(subject, trace)));
    }
    if (!samples.subjects(IntervalSweep.NAME).isEmpty()) {
      plots.add(sweep(samples));
    }
    return plots;
  }

  private static Plot bandwidth(String subject, Trace trace) {
    Trace.Point end = trace.points().getLast();
    boolean fast = (end.brkBytes() + end.smaBytes()) / end.wall() > 1e6;
    double unit = fast ? 1e6 : 1e3;
    List<Trace.Point> edges = edges(trace);
    double[] xs = new double[edges.size() - 1];
    double[] brk = new double[xs.length];
    double[] sma = new double[xs.length];
    for (int i = 0; i < xs.length; i++) {
      Trace.Point from = edges.get(i);
      Trace.Point to = edges.get(i + 1);
      double seconds = to.wall() - from.wall();
      xs[i] = (from.wall() + to.wall()) / 2;
      brk[i] = (to.brkBytes() - from.brkBytes()) / seconds / unit;
      sma[i] = (to.smaBytes() - from.smaBytes()) / seconds / unit;
    }
    XyChart chart =
        new XyChart("seconds of wall time", fast ? "log, MB/s" : "log, kB/s")
            .area("BRK, mean " + rate(end.brkBytes() / end.wall(), fast), Colors.BRK, xs, brk)
            .area("SMA, mean " + rate(end.smaBytes() / end.wall(), fast), Colors.SMA, xs, sma);
    List<String> notes = new ArrayList<>();
    notes.add(
        "BRK: instants, re-bases of time, state digests; SMA: bytes stored to guest memory by"
            + " devices; framing included. One recorded run.");
    if (subject.equals(Load.IO_BOUND.subject())) {
      chart.level(
          "thesis, kernel build: %s of SMA and %s of BRK"
              .formatted(
                  rate(Published.BUILD_SMA_BYTES_PER_S, fast),
                  rate(Published.BUILD_BRK_BYTES_PER_S, fast)),
          Colors.PUBLISHED,
          Published.BUILD_LOG_BYTES_PER_S / unit);
      chart.level(
          "thesis, swapping: " + rate(Published.SWAP_LOG_BYTES_PER_S, fast),
          Colors.PUBLISHED_TOO,
          Published.SWAP_LOG_BYTES_PER_S / unit);
      notes.add(
          "The disk is in memory and the guest does nothing but use it: more than a kernel build,"
              + " whose level lies close to the axis, and more like a guest that swaps.");
    } else {
      chart.level(
          "thesis, SPEC CINT2006: " + rate(Published.CINT_LOG_BYTES_PER_S, fast),
          Colors.PUBLISHED,
          Published.CINT_LOG_BYTES_PER_S / unit);
    }
    notes.add("After the thesis's figures 5.11 to 5.15. " + Published.DIFFERENCE);
    return new Plot("Log bandwidth over time: " + subject, chart.svg(), notes);
  }

  /** Returns the points that begin and end stretches of the same length, about. */
  private static List<Trace.Point> edges(Trace trace) {
    double step = trace.points().getLast().wall() / BINS;
    List<Trace.Point> edges = new ArrayList<>(List.of(trace.points().getFirst()));
    for (Trace.Point point : trace.points()) {
      if (point.wall() - edges.getLast().wall() >= step) {
        edges.add(point);
      }
    }
    return edges;
  }

  /** In the unit of the axis. */
  private static String rate(double bytesPerSecond, boolean fast) {
    double value = bytesPerSecond / (fast ? 1e6 : 1e3);
    return Numbers.fixed(value, value < 1 ? 2 : 1) + (fast ? " MB/s" : " kB/s");
  }

  private static Plot sweep(Samples samples) {
    List<IntervalSweep.Point> points = IntervalSweep.points(samples);
    double[] xs = points.stream().mapToDouble(p -> p.eventsPerSecond().median()).toArray();
    double[] ys = points.stream().mapToDouble(p -> percent(p.costRatio().median())).toArray();
    XyChart chart =
        new XyChart("events per second", "cost of recording, % of CPU time")
            .logarithmicX()
            .curve("core, recorded with further events", Colors.BRK, xs, ys)
            .point(
                "thesis, SPEC CINT2006: %s events/s, %.2f %%"
                    .formatted(
                        Axis.label(Published.CINT_EVENTS_PER_S), (Published.CINT_COST - 1) * 100),
                Colors.PUBLISHED,
                Published.CINT_EVENTS_PER_S,
                (Published.CINT_COST - 1) * 100);
    for (IntervalSweep.Point point : points) {
      chart.range(
          Colors.BRK,
          point.eventsPerSecond().median(),
          percent(point.costRatio().min()),
          percent(point.costRatio().max()));
    }
    return new Plot(
        "Cost of recording by interval of events",
        chart.svg(),
        List.of(
            "After the thesis's figure 6.4: the interval between events is the inverse of their"
                + " rate. Medians of pairs, upright lines their ranges; costs below 0 are noise.",
            "Each further event stores 24 octets to the time page; the thesis's events are timer"
                + " ticks and interrupts of devices, with what belongs to them.",
            Published.DIFFERENCE));
  }

  private static double percent(double ratio) {
    return (ratio - 1) * 100;
  }
}

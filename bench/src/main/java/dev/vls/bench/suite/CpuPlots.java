package dev.vls.bench.suite;

import dev.vls.bench.plot.BarChart;
import dev.vls.bench.plot.Plot;
import dev.vls.bench.plot.XyChart;
import dev.vls.bench.result.Metric;
import dev.vls.bench.result.Samples;
import dev.vls.bench.result.Trace;
import dev.vls.bench.result.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The plots of {@link CpuSuite}. */
final class CpuPlots {
  private static final String SUITE = CpuSuite.NAME;
  private static final double MILLION = 1e6;
  private static final double SHORTEST_S = 0.04; // of CPU time between two points of a curve
  private static final List<Variant> WHOLE =
      List.of(
          Variant.PROCESS,
          Variant.PROCESS_RECORD,
          Variant.REPLICATED,
          Variant.QEMU_PLAIN,
          Variant.QEMU_ICOUNT,
          Variant.QEMU_RECORD,
          Variant.QEMU_REPLAY);

  private CpuPlots() {}

  static List<Plot> plots(Samples samples) {
    List<Plot> plots = new ArrayList<>();
    if (CpuSuite.ran(samples)) {
      if (samples.has(SUITE, Variant.PLAIN)) {
        plots.add(relative(samples));
      }
      if (samples.has(SUITE, Variant.PROCESS)) {
        plots.add(processes(samples));
      }
      warmUp(samples).ifPresent(plots::add);
    }
    return plots;
  }

  private static Plot relative(Samples samples) {
    List<Variant> shown = shown(samples, Rates.STEADY);
    BarChart chart = chart(shown, "speed in the steady state; plain VLS = 1, more is faster");
    for (String guest : samples.subjects(SUITE)) {
      chart.group(
          guest,
          shown.stream()
              .mapToDouble(
                  v -> samples.ratio(SUITE, guest, v, Variant.PLAIN, Rates::steadyMips).median())
              .toArray());
    }
    chart.rule();
    published(chart, shown, "Xen/VLS: SPEC CINT2006", Published.CINT_COST);
    published(chart, shown, "Xen/VLS: kernel build, least", Published.BUILD_COST_LEAST);
    published(chart, shown, "Xen/VLS: kernel build, most", Published.BUILD_COST_MOST);
    return new Plot(
        "Relative performance",
        chart.mark(1).svg(),
        List.of(
            "By CPU time: the domain's thread in the second half of a run; QEMU's process less a"
                + " run of 0 rounds. Medians of pairs. No bar: the run was too short to have a"
                + " steady state.",
            "After the thesis's figures 5.11 to 5.15, whose own bars are the last three: its"
                + " recorded runs beside those that are not. "
                + Published.DIFFERENCE));
  }

  private static void published(
      BarChart chart, List<Variant> shown, String name, double recordedCost) {
    chart.group(
        name,
        shown.stream()
            .mapToDouble(
                v ->
                    switch (v) {
                      case PLAIN -> 1;
                      case RECORD -> 1 / recordedCost;
                      default -> Double.NaN;
                    })
            .toArray());
  }

  private static Plot processes(Samples samples) {
    List<Variant> shown = shown(samples, WHOLE);
    BarChart chart =
        chart(shown, "speed of the whole process by wall time; vls run = 1, more is faster");
    for (String guest : samples.subjects(SUITE)) {
      chart.group(
          guest,
          shown.stream()
              .mapToDouble(
                  v -> samples.ratio(SUITE, guest, Variant.PROCESS, v, Metric.WALL).median())
              .toArray());
    }
    return new Plot(
        "Whole processes, start to exit",
        chart.mark(1).svg(),
        List.of("With the start of the JVM and of QEMU's firmware. Medians of pairs."));
  }

  private static BarChart chart(List<Variant> shown, String unit) {
    BarChart chart = new BarChart(unit, 2);
    shown.forEach(variant -> chart.series(variant.label(), Colors.of(variant)));
    return chart;
  }

  private static List<Variant> shown(Samples samples, List<Variant> all) {
    return all.stream().filter(variant -> samples.has(SUITE, variant)).toList();
  }

  /** Nothing where every run is too short to draw. */
  private static Optional<Plot> warmUp(Samples samples) {
    XyChart chart =
        new XyChart("CPU seconds of the domain's thread from the first instruction", "MIPS");
    int shown = 0;
    List<String> leftOut = new ArrayList<>();
    for (String guest : samples.subjects(SUITE)) {
      List<double[]> points =
          samples
              .trace(SUITE, guest, Variant.PLAIN)
              .map(trace -> speeds(trace.points()))
              .orElse(List.of());
      if (shown < Colors.CURVES.size() && points.size() > 1) {
        chart.curve(
            guest,
            Colors.CURVES.get(shown++),
            points.stream().mapToDouble(point -> point[0]).toArray(),
            points.stream().mapToDouble(point -> point[1]).toArray());
      } else {
        leftOut.add(guest);
      }
    }
    if (shown == 0) {
      return Optional.empty();
    }
    List<String> notes = new ArrayList<>();
    notes.add(
        "One plain run each. Speed by CPU time of the domain's thread; translation runs on"
            + " another.");
    if (!leftOut.isEmpty()) {
      notes.add(
          "Not drawn, for want of room or because they are too short: %s. The table of speeds says"
                  .formatted(String.join(", ", leftOut))
              + " when each is at 80 %.");
    }
    return Optional.of(new Plot("Warm-up: speed of a fresh machine", chart.svg(), notes));
  }

  /** Returns CPU seconds and MIPS on the way there from the point before. */
  private static List<double[]> speeds(List<Trace.Point> points) {
    List<double[]> drawn = new ArrayList<>();
    Trace.Point from = points.getFirst();
    for (Trace.Point to : points) {
      if (to.cpu() - from.cpu() >= SHORTEST_S) {
        drawn.add(
            new double[] {
              to.cpu(), (to.steps() - from.steps()) / (to.cpu() - from.cpu()) / MILLION
            });
        from = to;
      }
    }
    return drawn;
  }
}

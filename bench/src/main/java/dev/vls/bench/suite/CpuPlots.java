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
  private static final List<String> CURVE_COLORS =
      List.of("#0b3d91", "#c9762b", "#1a7f37", "#8250df", "#a40e26", "#57606a");
  private static final List<Variant> WHOLE =
      List.of(
          Variant.PROCESS,
          Variant.PROCESS_RECORD,
          Variant.QEMU_PLAIN,
          Variant.QEMU_ICOUNT,
          Variant.QEMU_RECORD,
          Variant.QEMU_REPLAY);

  private CpuPlots() {}

  static List<Plot> plots(Samples samples) {
    List<Plot> plots = new ArrayList<>();
    if (CpuSuite.ran(samples)) {
      plots.add(relative(samples));
      if (samples.has(SUITE, Variant.PROCESS)) {
        plots.add(processes(samples));
      }
      plots.add(warmUp(samples));
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
    published(chart, shown, "Xen/VLS: SPEC CINT2006", Published.CINT_COST);
    published(chart, shown, "Xen/VLS: kernel build, least", Published.BUILD_COST_LEAST);
    published(chart, shown, "Xen/VLS: kernel build, most", Published.BUILD_COST_MOST);
    return new Plot(
        "Relative performance",
        chart.mark(1).svg(),
        List.of(
            "By CPU time: the domain's thread in the second half of a run; QEMU's process less a"
                + " run of 0 rounds. Medians of pairs.",
            Published.DIFFERENCE));
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

  private static Plot warmUp(Samples samples) {
    XyChart chart =
        new XyChart("CPU seconds of the domain's thread from the first instruction", "MIPS");
    int shown = 0;
    for (String guest : samples.subjects(SUITE)) {
      Optional<Trace> trace = samples.trace(SUITE, guest, Variant.PLAIN);
      if (shown < CURVE_COLORS.size() && trace.isPresent() && trace.get().points().size() > 2) {
        curve(chart, guest, CURVE_COLORS.get(shown++), trace.get().points());
      }
    }
    return new Plot(
        "Warm-up: speed of a fresh machine",
        chart.svg(),
        shown == 0
            ? List.of("Every run was too short to draw.")
            : List.of(
                "One plain run each. Speed by CPU time of the domain's thread; translation runs on"
                    + " another."));
  }

  private static void curve(XyChart chart, String name, String color, List<Trace.Point> points) {
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
    chart.curve(
        name,
        color,
        drawn.stream().mapToDouble(point -> point[0]).toArray(),
        drawn.stream().mapToDouble(point -> point[1]).toArray());
  }
}

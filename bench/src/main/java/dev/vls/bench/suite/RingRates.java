package dev.vls.bench.suite;

import dev.vls.bench.plot.BarChart;
import dev.vls.bench.result.Distribution;
import dev.vls.bench.result.Metric;
import dev.vls.bench.result.Numbers;
import dev.vls.bench.result.Sample;
import dev.vls.bench.result.Samples;
import dev.vls.bench.result.Variant;
import dev.vls.bench.result.Variant.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What the samples of rings come to, cells of tables and bars of plots: the same for every ring.
 *
 * @param samples all there are
 * @param suite that of the ring's
 */
record RingRates(Samples samples, String suite) {
  /** The columns of {@link #cells}. */
  static final List<String> HEADER =
      List.of(
          "load",
          "MB",
          "plain MB/s",
          "record MB/s",
          "record MB/CPU s",
          "cost (process CPU)",
          "replay speed",
          "log B per B",
          "log MB/s");

  private static final double MILLION = 1e6;

  /** Returns the loads that ran. */
  List<String> subjects() {
    return samples.subjects(suite);
  }

  /** Returns the row of a load. */
  List<String> cells(String subject) {
    return List.of(
        subject,
        Numbers.fixed(
            samples.steady(suite, subject, Variant.PLAIN, s -> s.value(Metric.PAYLOAD)).median()
                / MILLION,
            0),
        Numbers.spread(speed(subject, Variant.PLAIN), 0),
        Numbers.spread(speed(subject, Variant.RECORD), 0),
        Numbers.spread(cpuSpeed(subject, Variant.RECORD), 0),
        Numbers.overhead(
            samples.ratio(suite, subject, Variant.RECORD, Variant.PLAIN, Metric.PROCESS_CPU)),
        Numbers.ranged(
            samples.ratio(suite, subject, Variant.RECORD, Variant.REPLAY, Metric.WALL), 2),
        Numbers.fixed(
            recorded(subject, s -> s.value(Metric.LOG_BYTES) / s.value(Metric.PAYLOAD)), 2),
        Numbers.fixed(recorded(subject, s -> Rates.perSecond(s, Metric.LOG_BYTES)) / MILLION, 1));
  }

  private double recorded(String subject, ToDoubleFunction<Sample> value) {
    return samples.steady(suite, subject, Variant.RECORD, value).median();
  }

  /** Returns million bytes of payload per second of wall time. */
  Distribution speed(String subject, Variant variant) {
    return samples.steady(suite, subject, variant, RingRates::megabytesPerSecond);
  }

  /** Returns million bytes of payload per CPU second of the process. */
  Distribution cpuSpeed(String subject, Variant variant) {
    return samples.steady(suite, subject, variant, RingRates::megabytesPerCpuSecond);
  }

  /** Returns how fast a variant is beside another, pair by pair, by wall time. */
  Distribution beside(String subject, Variant over, Variant under) {
    return samples.ratio(suite, subject, over, under, RingRates::megabytesPerSecond);
  }

  /** Returns the same by CPU time of the process. */
  Distribution cpuBeside(String subject, Variant over, Variant under) {
    return samples.ratio(suite, subject, over, under, RingRates::megabytesPerCpuSecond);
  }

  /** QEMU's start and end are not among its wall time here. */
  private static double megabytesPerSecond(Sample sample) {
    return megabytesPer(
        sample, sample.variant().kind() == Kind.QEMU ? Metric.STEADY_WALL : Metric.WALL);
  }

  private static double megabytesPerCpuSecond(Sample sample) {
    return megabytesPer(
        sample, sample.variant().kind() == Kind.QEMU ? Metric.STEADY_CPU : Metric.PROCESS_CPU);
  }

  /** A run that is lost in the noise of an idle one has no speed. */
  private static double megabytesPer(Sample sample, Metric time) {
    double seconds = sample.value(time);
    return seconds > 0 ? sample.value(Metric.PAYLOAD) / seconds / MILLION : Double.NaN;
  }

  /** Returns the loads as bars: plain, recorded, and QEMU if it ran. */
  BarChart chart() {
    List<Variant> shown = new ArrayList<>(List.of(Variant.PLAIN, Variant.RECORD));
    BarChart chart =
        new BarChart("MB/s of wall time", 0)
            .series("plain", Colors.of(Variant.PLAIN))
            .series("recorded", Colors.of(Variant.RECORD));
    if (samples.has(suite, Variant.QEMU_PLAIN)) {
      shown.add(Variant.QEMU_PLAIN);
      chart.series("QEMU plain", Colors.of(Variant.QEMU_PLAIN));
    }
    for (String subject : subjects()) {
      chart.group(subject, shown.stream().mapToDouble(v -> speed(subject, v).median()).toArray());
    }
    return chart;
  }
}

package dev.vls.bench.suite;

import dev.vls.bench.result.Metric;
import dev.vls.bench.result.Numbers;
import dev.vls.bench.result.Sample;
import dev.vls.bench.result.Samples;
import dev.vls.bench.result.Variant;
import java.util.List;

/** What tables make of samples. */
final class Rates {
  /** Variants whose steady state is told from their start. */
  static final List<Variant> STEADY =
      List.of(
          Variant.PLAIN,
          Variant.RECORD,
          Variant.REPLAY,
          Variant.QEMU_PLAIN,
          Variant.QEMU_ICOUNT,
          Variant.QEMU_RECORD,
          Variant.QEMU_REPLAY);

  private static final double MILLION = 1e6;

  private Rates() {}

  /** Returns million guest instructions per CPU second of the domain's thread. */
  static double mips(Sample sample) {
    return sample.value(Metric.INSTRUCTIONS) / sample.value(Metric.CPU) / MILLION;
  }

  /** Returns million guest instructions per CPU second of the steady state. */
  static double steadyMips(Sample sample) {
    return sample.value(Metric.STEADY_INSTRUCTIONS) / sample.value(Metric.STEADY_CPU) / MILLION;
  }

  /** Returns seconds as tables show them. */
  static String seconds(
      Samples samples, String suite, String subject, Variant variant, Metric metric) {
    return Numbers.spread(samples.steady(suite, subject, variant, s -> s.value(metric)), 2);
  }

  /** Returns a metric per second of wall time. */
  static double perSecond(Sample sample, Metric metric) {
    return sample.value(metric) / sample.value(Metric.WALL);
  }

  /** Returns million bytes of payload per second of wall time. */
  static double megabytesPerSecond(Sample sample) {
    return perSecond(sample, Metric.PAYLOAD) / MILLION;
  }

  /** Returns million bytes of payload per CPU second of the whole process. */
  static double megabytesPerCpuSecond(Sample sample) {
    return sample.value(Metric.PAYLOAD) / sample.value(Metric.PROCESS_CPU) / MILLION;
  }

  /** Returns the log's bytes that are in no frame, per second: headers, seals, index, end. */
  static double otherPerSecond(Sample sample) {
    return perSecond(sample, Metric.LOG_BYTES)
        - perSecond(sample, Metric.BRK_BYTES)
        - perSecond(sample, Metric.SMA_BYTES);
  }
}

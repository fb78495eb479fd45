package dev.vls.bench.suite;

import dev.vls.bench.result.Metric;
import dev.vls.bench.result.Numbers;
import dev.vls.bench.result.QemuPair;
import dev.vls.bench.result.Sample;
import dev.vls.bench.result.Samples;
import dev.vls.bench.result.Variant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

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

  /** What QEMU does likewise, of variants whose steady state is known. */
  static final Map<Variant, Variant> QEMU_TWINS =
      new EnumMap<>(
          Map.of(
              Variant.PLAIN, Variant.QEMU_PLAIN,
              Variant.RECORD, Variant.QEMU_RECORD,
              Variant.REPLAY, Variant.QEMU_REPLAY));

  private static final double MILLION = 1e6;

  private Rates() {}

  /** Returns whole processes beside QEMU's: run and record, by the wall and by CPU time. */
  static List<QemuPair> processPairs(Samples samples, String suite, String subject) {
    List<QemuPair> pairs = new ArrayList<>();
    for (Metric metric : List.of(Metric.WALL, Metric.CPU)) {
      for (Variant own : List.of(Variant.PROCESS, Variant.PROCESS_RECORD)) {
        for (Variant qemu : List.of(Variant.QEMU_PLAIN, Variant.QEMU_RECORD)) {
          if (own == Variant.PROCESS || qemu == Variant.QEMU_RECORD) {
            pairs.add(
                new QemuPair(
                    suite,
                    subject,
                    "%s / %s, whole process, %s"
                        .formatted(own.label(), qemu.label(), metric.label()),
                    samples.ratio(suite, subject, own, qemu, metric)));
          }
        }
      }
    }
    return pairs;
  }

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

  /** Returns the log's bytes that are in no frame, per second: headers, seals, index, end. */
  static double otherPerSecond(Sample sample) {
    return perSecond(sample, Metric.LOG_BYTES)
        - perSecond(sample, Metric.BRK_BYTES)
        - perSecond(sample, Metric.SMA_BYTES);
  }
}

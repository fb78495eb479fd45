package dev.vls.bench.suite;

import dev.vls.bench.result.Distribution;
import dev.vls.bench.result.Finding;
import dev.vls.bench.result.Metric;
import dev.vls.bench.result.Samples;
import dev.vls.bench.result.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What the project promises of CPU-bound guests. */
final class CpuFindings {
  private static final String SUITE = CpuSuite.NAME;
  private static final double COST_PERCENT = 1;
  private static final double LOG_BYTES = 2000;
  private static final double BESIDE_RECORD = 2.0;
  private static final double BESIDE_PLAIN = 1.2;
  private static final double BESIDE_RECORD_EACH = 0.7;
  private static final double PROCESS = 1.5;
  private static final double CORE_MIPS = 1300;
  private static final double DOUBLES = 2.0;
  private static final double CORE_WARM_UP_S = 2.0;
  private static final String CORE = "core";
  private static final String MATRIX = "matmul-f64";

  private CpuFindings() {}

  static List<Finding> of(Samples samples) {
    List<Finding> findings = new ArrayList<>();
    if (CpuSuite.ran(samples)) {
      recording(samples, findings);
      speed(samples, findings);
    }
    if (samples.has(SUITE, Variant.QEMU_RECORD)) {
      qemu(samples, findings);
    }
    return findings;
  }

  private static void recording(Samples samples, List<Finding> findings) {
    List<String> guests = samples.subjects(SUITE);
    Extremes.largest(
            guests,
            guest -> recorder(samples, guest),
            (guest, share) ->
                Finding.atMost(
                    "time in the recorder, dearest guest, " + guest, share, COST_PERCENT, "%"))
        .ifPresent(findings::add);
    Extremes.largest(
            guests,
            guest -> logRate(samples, guest),
            (guest, rate) ->
                Finding.atMost(
                    "log of the CPU-bound guest that logs most, " + guest, rate, LOG_BYTES, "B/s"))
        .ifPresent(findings::add);
  }

  private static void speed(Samples samples, List<Finding> findings) {
    if (samples.subjects(SUITE).contains(CORE)) {
      findings.add(
          Finding.atLeast(
              "CoreMark-like integer code (core), steady state",
              samples.steady(SUITE, CORE, Variant.PLAIN, Rates::steadyMips),
              CORE_MIPS,
              "MIPS"));
      findings.add(
          Finding.atMost(
              "wall time until core is at 80 % of its steady speed",
              samples.steady(SUITE, CORE, Variant.PLAIN, s -> s.value(Metric.WARM_UP)),
              CORE_WARM_UP_S,
              "s"));
    }
  }

  private static void qemu(Samples samples, List<Finding> findings) {
    List<String> guests = samples.subjects(SUITE);
    findings.add(
        Finding.atLeast(
            "steady state, record beside QEMU rr=record, geometric mean of guests",
            mean(guests, guest -> besideRecord(samples, guest)),
            BESIDE_RECORD,
            "times"));
    findings.add(
        Finding.atLeast(
            "steady state, plain beside QEMU plain, geometric mean of guests",
            mean(guests, guest -> besidePlain(samples, guest)),
            BESIDE_PLAIN,
            "times"));
    Extremes.smallest(
            guests,
            guest -> besideRecord(samples, guest),
            (guest, ratio) ->
                Finding.atLeast(
                    "the same beside rr=record, slowest guest, " + guest,
                    ratio,
                    BESIDE_RECORD_EACH,
                    "times"))
        .ifPresent(findings::add);
    if (guests.contains(MATRIX)) {
      findings.add(
          Finding.atLeast(
              "double precision (" + MATRIX + "), steady state, plain beside QEMU plain",
              besidePlain(samples, MATRIX),
              DOUBLES,
              "times"));
    }
    if (samples.has(SUITE, Variant.PROCESS)) {
      for (Metric metric : List.of(Metric.WALL, Metric.CPU)) {
        findings.add(
            Finding.atLeast(
                "whole process, vls run beside QEMU rr=record, "
                    + metric.label()
                    + ", geometric mean of guests",
                mean(guests, guest -> process(samples, guest, metric)),
                PROCESS,
                "times"));
      }
    }
  }

  /** Returns the speed of recording beside that of QEMU's rr=record. */
  static Distribution besideRecord(Samples samples, String guest) {
    return samples.ratio(SUITE, guest, Variant.RECORD, Variant.QEMU_RECORD, Rates::steadyMips);
  }

  /** Returns the speed of a plain run beside that of QEMU. */
  static Distribution besidePlain(Samples samples, String guest) {
    return samples.ratio(SUITE, guest, Variant.PLAIN, Variant.QEMU_PLAIN, Rates::steadyMips);
  }

  /** Returns how much faster than QEMU's rr=record a whole process is. */
  static Distribution process(Samples samples, String guest, Metric metric) {
    return samples.ratio(SUITE, guest, Variant.QEMU_RECORD, Variant.PROCESS, metric);
  }

  /** Returns what a recorded run takes of a plain one. */
  static Distribution cost(Samples samples, String guest, Metric metric) {
    return samples.ratio(SUITE, guest, Variant.RECORD, Variant.PLAIN, metric);
  }

  /** Returns the share of wall time in the recorder, in per cent. */
  static Distribution recorder(Samples samples, String guest) {
    return samples.steady(
        SUITE, guest, Variant.RECORD, s -> s.value(Metric.RECORDER) / s.value(Metric.WALL) * 100);
  }

  /** Returns bytes of log per second of wall time. */
  static Distribution logRate(Samples samples, String guest) {
    return samples.steady(SUITE, guest, Variant.RECORD, s -> Rates.perSecond(s, Metric.LOG_BYTES));
  }

  private static Distribution mean(List<String> guests, Function<String, Distribution> of) {
    return Distribution.geometricMean(guests.stream().map(of).toList());
  }
}

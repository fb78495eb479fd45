package dev.vls.bench.suite;

import dev.vls.bench.result.Distribution;
import dev.vls.bench.result.Finding;
import dev.vls.bench.result.Metric;
import dev.vls.bench.result.Numbers;
import dev.vls.bench.result.Samples;
import dev.vls.bench.result.Section;
import dev.vls.bench.result.TextTable;
import dev.vls.bench.result.Variant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What the samples of {@link CpuSuite} come to. */
final class CpuTables {
  private static final String SUITE = CpuSuite.NAME;
  private static final double COST_LIMIT_PERCENT = 1;
  private static final double LOG_LIMIT_BYTES = 2000;
  private static final double MILLION = 1e6;

  private CpuTables() {}

  static List<Section> sections(Samples samples) {
    List<Section> sections = new ArrayList<>();
    if (CpuSuite.ran(samples)) {
      sections.add(speed(samples));
      sections.add(recording(samples));
      if (samples.has(SUITE, Variant.QEMU_PLAIN)) {
        sections.add(qemu(samples));
      }
    }
    return sections;
  }

  private static Section speed(Samples samples) {
    TextTable table =
        new TextTable(
            "guest",
            "M instr",
            "MIPS warm-up",
            "MIPS plain",
            "MIPS record",
            "MIPS replay",
            "replay speed");
    for (String guest : samples.subjects(SUITE)) {
      table.row(
          guest,
          Numbers.fixed(CpuSuite.instructions(samples, guest) / MILLION, 0),
          Numbers.fixed(samples.warmUp(SUITE, guest, Variant.PLAIN, Rates::mips).median(), 0),
          Numbers.spread(samples.steady(SUITE, guest, Variant.PLAIN, Rates::mips), 0),
          Numbers.spread(samples.steady(SUITE, guest, Variant.RECORD, Rates::mips), 0),
          Numbers.spread(samples.steady(SUITE, guest, Variant.REPLAY, Rates::mips), 0),
          Numbers.ranged(
              samples.ratio(SUITE, guest, Variant.RECORD, Variant.REPLAY, Metric.CPU), 2));
    }
    return new Section(
        "cpu: speed",
        List.of(
            "MIPS: million instructions per CPU second of the domain's thread; median, ± half of"
                + " the range.",
            "replay speed: CPU time of the recorded run / of its replay, pair by pair; above 1 the"
                + " replay is faster."),
        table);
  }

  private static Section recording(Samples samples) {
    TextTable table =
        new TextTable(
            "guest",
            "cost (thread CPU)",
            "cost (process CPU)",
            "cost (wall)",
            "in the recorder",
            "events/s",
            "log B/s",
            "close s");
    for (String guest : samples.subjects(SUITE)) {
      table.row(
          guest,
          Numbers.overhead(cost(samples, guest, Metric.CPU)),
          Numbers.overhead(cost(samples, guest, Metric.PROCESS_CPU)),
          Numbers.overhead(cost(samples, guest, Metric.WALL)),
          Numbers.ranged(recorder(samples, guest), 2) + " %",
          Numbers.fixed(
              samples
                  .steady(SUITE, guest, Variant.RECORD, s -> Rates.perSecond(s, Metric.BRK_FRAMES))
                  .median(),
              1),
          Numbers.ranged(logRate(samples, guest), 0),
          Numbers.fixed(
              samples.steady(SUITE, guest, Variant.RECORD, s -> s.value(Metric.CLOSE)).median(),
              2));
    }
    return new Section(
        "cpu: what recording costs",
        List.of(
            "cost: recorded / plain, pair by pair; median and range. Thread: the domain's alone."
                + " Process: with log writer, JIT and collector.",
            "in the recorder: share of wall time that the domain's thread spends there, by a clock"
                + " around it; what pairs show beyond it is not the recorder's work.",
            "log B/s: all bytes of segments and index per second of wall time, the guest's start"
                + " included; close: once per log, final hashes."),
        table);
  }

  private static Section qemu(Samples samples) {
    TextTable table =
        new TextTable(
            "guest",
            "VLS MIPS",
            "QEMU MIPS",
            "icount MIPS",
            "record MIPS",
            "VLS record / QEMU record",
            "rr log B");
    for (String guest : samples.subjects(SUITE)) {
      table.row(
          guest,
          Numbers.fixed(samples.steady(SUITE, guest, Variant.PLAIN, Rates::mips).median(), 0),
          qemuMips(samples, guest, Variant.QEMU_PLAIN),
          qemuMips(samples, guest, Variant.QEMU_ICOUNT),
          qemuMips(samples, guest, Variant.QEMU_RECORD),
          Numbers.ranged(
              samples.ratio(SUITE, guest, Variant.RECORD, Variant.QEMU_RECORD, Metric.CPU), 2),
          Numbers.fixed(
              samples
                  .steady(SUITE, guest, Variant.QEMU_RECORD, s -> s.value(Metric.LOG_BYTES))
                  .median(),
              0));
    }
    return new Section(
        "cpu: beside QEMU",
        List.of(
            "QEMU: CPU time of the child process in steps of 10 ms, its start and its firmware"
                + " included; MIPS with the instructions that VLS counts.",
            "VLS record / QEMU record: CPU time, pair by pair; above 1 VLS is slower."),
        table);
  }

  private static String qemuMips(Samples samples, String guest, Variant variant) {
    double instructions = CpuSuite.instructions(samples, guest);
    return Numbers.spread(
        samples.steady(SUITE, guest, variant, s -> instructions / s.value(Metric.CPU) / MILLION),
        0);
  }

  static List<Finding> findings(Samples samples) {
    if (!CpuSuite.ran(samples)) {
      return List.of();
    }
    List<String> guests = samples.subjects(SUITE);
    Distribution medians =
        Distribution.of(
            guests.stream()
                .mapToDouble(guest -> percent(cost(samples, guest, Metric.CPU).median())));
    List<Finding> findings = new ArrayList<>();
    findings.add(
        new Finding(
            "recording a CPU-bound guest, thread CPU, medians of all guests",
            medians,
            COST_LIMIT_PERCENT,
            "%"));
    guests.stream()
        .max(Comparator.comparingDouble(guest -> cost(samples, guest, Metric.CPU).median()))
        .ifPresent(
            worst ->
                findings.add(
                    new Finding(
                        "the same, pairs of the dearest guest, " + worst,
                        percent(cost(samples, worst, Metric.CPU)),
                        COST_LIMIT_PERCENT,
                        "%")));
    guests.stream()
        .max(Comparator.comparingDouble(guest -> recorder(samples, guest).median()))
        .ifPresent(
            worst ->
                findings.add(
                    new Finding(
                        "time in the recorder, dearest guest, " + worst,
                        recorder(samples, worst),
                        COST_LIMIT_PERCENT,
                        "%")));
    guests.stream()
        .max(Comparator.comparingDouble(guest -> logRate(samples, guest).median()))
        .ifPresent(
            worst ->
                findings.add(
                    new Finding(
                        "log of the CPU-bound guest that logs most, " + worst,
                        logRate(samples, worst),
                        LOG_LIMIT_BYTES,
                        "B/s")));
    return findings;
  }

  private static Distribution cost(Samples samples, String guest, Metric metric) {
    return samples.ratio(SUITE, guest, Variant.RECORD, Variant.PLAIN, metric);
  }

  private static Distribution recorder(Samples samples, String guest) {
    return samples.steady(
        SUITE, guest, Variant.RECORD, s -> s.value(Metric.RECORDER) / s.value(Metric.WALL) * 100);
  }

  private static Distribution logRate(Samples samples, String guest) {
    return samples.steady(SUITE, guest, Variant.RECORD, s -> Rates.perSecond(s, Metric.LOG_BYTES));
  }

  private static Distribution percent(Distribution ratio) {
    return new Distribution(
        ratio.count(), percent(ratio.median()), percent(ratio.min()), percent(ratio.max()));
  }

  private static double percent(double ratio) {
    return (ratio - 1) * 100;
  }
}

package dev.vls.bench.suite;

import dev.vls.bench.result.Distribution;
import dev.vls.bench.result.Metric;
import dev.vls.bench.result.Numbers;
import dev.vls.bench.result.Samples;
import dev.vls.bench.result.Section;
import dev.vls.bench.result.TextTable;
import dev.vls.bench.result.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The tables that the samples of {@link CpuSuite} come to. */
final class CpuTables {
  private static final String SUITE = CpuSuite.NAME;
  private static final double MILLION = 1e6;

  private CpuTables() {}

  static List<Section> sections(Samples samples) {
    List<Section> sections = new ArrayList<>();
    if (CpuSuite.ran(samples)) {
      sections.add(speed(samples));
      if (samples.has(SUITE, Variant.RECORD)) {
        sections.add(recording(samples));
      }
      if (Rates.QEMU_TWINS.values().stream().anyMatch(v -> samples.has(SUITE, v))) {
        sections.add(qemu(samples));
      }
      if (samples.has(SUITE, Variant.PROCESS)) {
        sections.add(process(samples));
      }
      if (samples.has(SUITE, Variant.REPLICATED)) {
        sections.add(replication(samples));
      }
    }
    return sections;
  }

  private static Section speed(Samples samples) {
    boolean interpreter = samples.has(SUITE, Variant.INTERPRETER);
    TextTable table =
        new TextTable(
            "guest",
            "M instr",
            "plain",
            "record",
            "replay",
            "whole run",
            "to 80 % s",
            "replay speed",
            "interpreter");
    for (String guest : samples.subjects(SUITE)) {
      table.row(
          guest,
          Numbers.fixed(CpuSuite.instructions(samples, guest) / MILLION, 0),
          steady(samples, guest, Variant.PLAIN),
          steady(samples, guest, Variant.RECORD),
          steady(samples, guest, Variant.REPLAY),
          Numbers.spread(samples.steady(SUITE, guest, Variant.PLAIN, Rates::mips), 0),
          Numbers.ranged(
              samples.steady(SUITE, guest, Variant.PLAIN, s -> s.value(Metric.WARM_UP)), 2),
          Numbers.ranged(
              samples.ratio(SUITE, guest, Variant.RECORD, Variant.REPLAY, Metric.CPU), 2),
          interpreter
              ? Numbers.spread(samples.steady(SUITE, guest, Variant.INTERPRETER, Rates::mips), 0)
              : "-");
    }
    return new Section(
        "cpu: speed in MIPS",
        List.of(
            "MIPS: million instructions per CPU second of the domain's thread; median, ± half of"
                + " the range. plain, record, replay: the second half of each run's instructions.",
            "whole run: plain, from the first instruction to power-off, translation included."
                + " to 80 %: wall time until a fresh machine is at 80 % of its steady speed.",
            "replay speed: CPU time of the recorded run / of its replay, pair by pair; above 1 the"
                + " replay is faster; closer by turns in suite cost. interpreter: at the guest's"
                + " default size."),
        table);
  }

  private static String steady(Samples samples, String guest, Variant variant) {
    return Numbers.spread(samples.steady(SUITE, guest, variant, Rates::steadyMips), 0);
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
          Numbers.overhead(CpuFindings.cost(samples, guest, Metric.CPU)),
          Numbers.overhead(CpuFindings.cost(samples, guest, Metric.PROCESS_CPU)),
          Numbers.overhead(CpuFindings.cost(samples, guest, Metric.WALL)),
          Numbers.ranged(CpuFindings.recorder(samples, guest), 2) + " %",
          Numbers.fixed(
              samples
                  .steady(SUITE, guest, Variant.RECORD, s -> Rates.perSecond(s, Metric.BRK_FRAMES))
                  .median(),
              1),
          Numbers.ranged(CpuFindings.logRate(samples, guest), 0),
          Numbers.fixed(
              samples.steady(SUITE, guest, Variant.RECORD, s -> s.value(Metric.CLOSE)).median(),
              2));
    }
    table.row(
        "Xen/VLS thesis: SPEC CINT2006",
        Map.of(
            "cost (wall)", cost(Published.CINT_COST),
            "events/s", Numbers.fixed(Published.CINT_EVENTS_PER_S, 1),
            "log B/s", Numbers.fixed(Published.CINT_LOG_BYTES_PER_S, 0)));
    table.row(
        "Xen/VLS thesis: kernel build",
        Map.of(
            "cost (wall)",
            cost(Published.BUILD_COST_LEAST) + ".." + cost(Published.BUILD_COST_MOST),
            "log B/s",
            Numbers.fixed(Published.BUILD_LOG_BYTES_PER_S, 0)));
    List<String> notes =
        Published.notes(
            "cost: recorded / plain, pair by pair; median and range. Thread: the domain's"
                + " alone. Process: with log writer, JIT and collector.",
            "in the recorder: share of wall time that the domain's thread spends there, by a"
                + " clock around it; what pairs show beyond it is not the recorder's work.",
            "log B/s: all bytes of segments and index per second of wall time, the guest's"
                + " start included; close: once per log, final hashes.");
    return new Section("cpu: what recording costs", notes, table);
  }

  /** Returns a published cost: what was recorded took {@code ratio} times as long. */
  static String cost(double ratio) {
    return "+" + Numbers.fixed((ratio - 1) * 100, 2) + "%";
  }

  private static Section qemu(Samples samples) {
    TextTable table =
        new TextTable(
            "guest",
            "VLS",
            "record",
            "QEMU",
            "icount",
            "rr=record",
            "rr=replay",
            "VLS / QEMU",
            "record / rr=record",
            "rr log B");
    for (String guest : samples.subjects(SUITE)) {
      table.row(
          guest,
          median(samples, guest, Variant.PLAIN),
          median(samples, guest, Variant.RECORD),
          steady(samples, guest, Variant.QEMU_PLAIN),
          steady(samples, guest, Variant.QEMU_ICOUNT),
          steady(samples, guest, Variant.QEMU_RECORD),
          steady(samples, guest, Variant.QEMU_REPLAY),
          Numbers.ranged(CpuFindings.besidePlain(samples, guest), 2),
          Numbers.ranged(CpuFindings.besideRecord(samples, guest), 2),
          Numbers.fixed(
              samples
                  .steady(SUITE, guest, Variant.QEMU_RECORD, s -> s.value(Metric.LOG_BYTES))
                  .median(),
              0));
    }
    return new Section(
        "cpu: steady state beside QEMU, in MIPS",
        List.of(
            "QEMU: CPU time of the child process less that of a run of 0 rounds (start, firmware,"
                + " power-off), in steps of 10 ms; MIPS with the instructions that VLS counts.",
            "ratios: speeds, pair by pair; above 1 VLS is faster."),
        table);
  }

  private static String median(Samples samples, String guest, Variant variant) {
    return Numbers.fixed(samples.steady(SUITE, guest, variant, Rates::steadyMips).median(), 0);
  }

  private static Section process(Samples samples) {
    TextTable table =
        new TextTable(
            "guest",
            "run wall s",
            "run CPU s",
            "record wall s",
            "QEMU wall s",
            "QEMU CPU s",
            "rr=record wall s",
            "rr=record CPU s",
            "wall: VLS / rr=record",
            "CPU: VLS / rr=record");
    for (String guest : samples.subjects(SUITE)) {
      table.row(
          guest,
          Rates.seconds(samples, SUITE, guest, Variant.PROCESS, Metric.WALL),
          Rates.seconds(samples, SUITE, guest, Variant.PROCESS, Metric.CPU),
          Rates.seconds(samples, SUITE, guest, Variant.PROCESS_RECORD, Metric.WALL),
          Rates.seconds(samples, SUITE, guest, Variant.QEMU_PLAIN, Metric.WALL),
          Rates.seconds(samples, SUITE, guest, Variant.QEMU_PLAIN, Metric.CPU),
          Rates.seconds(samples, SUITE, guest, Variant.QEMU_RECORD, Metric.WALL),
          Rates.seconds(samples, SUITE, guest, Variant.QEMU_RECORD, Metric.CPU),
          Numbers.ranged(CpuFindings.process(samples, guest, Metric.WALL), 2),
          Numbers.ranged(CpuFindings.process(samples, guest, Metric.CPU), 2));
    }
    return new Section(
        "cpu: whole processes, start to exit",
        List.of(
            "run, record: ./vls run and ./vls record, the launcher, the start of the JVM, its"
                + " compilers and the log included; CPU of all threads.",
            "ratios: QEMU rr=record / vls run, pair by pair; above 1 VLS is faster."),
        table);
  }

  private static Section replication(Samples samples) {
    TextTable table =
        new TextTable(
            "guest",
            "run wall s",
            "record wall s",
            "replicated wall s",
            "record costs (wall)",
            "replication costs (wall)",
            "the same, steady",
            "run CPU s",
            "both sides CPU s",
            "CPU: both / run");
    for (String guest : samples.subjects(SUITE)) {
      table.row(
          guest,
          Rates.seconds(samples, SUITE, guest, Variant.PROCESS, Metric.WALL),
          Rates.seconds(samples, SUITE, guest, Variant.PROCESS_RECORD, Metric.WALL),
          Rates.seconds(samples, SUITE, guest, Variant.REPLICATED, Metric.WALL),
          Numbers.overhead(process(samples, guest, Variant.PROCESS_RECORD, Metric.WALL)),
          Numbers.overhead(process(samples, guest, Variant.REPLICATED, Metric.WALL)),
          Numbers.overhead(process(samples, guest, Variant.REPLICATED, Metric.STEADY_WALL)),
          Rates.seconds(samples, SUITE, guest, Variant.PROCESS, Metric.CPU),
          Rates.seconds(samples, SUITE, guest, Variant.REPLICATED, Metric.CPU),
          Numbers.ranged(process(samples, guest, Variant.REPLICATED, Metric.CPU), 2));
    }
    return new Section(
        "cpu: what a follower costs, whole processes",
        List.of(
            "replicated: ./vls lead with a follower on the same machine that replays the run as it"
                + " happens; wall: from the start of both to the leader's exit, CPU: of both.",
            "costs: beside vls run, pair by pair; steady: both less a run of 0 rounds, which is"
                + " their start, the way to each other, and the end.",
            "a follower on a machine of its own leaves this one its cores: here its compilers and"
                + " its replay share them with the leader."),
        table);
  }

  private static Distribution process(
      Samples samples, String guest, Variant variant, Metric metric) {
    return samples.ratio(SUITE, guest, variant, Variant.PROCESS, metric);
  }
}

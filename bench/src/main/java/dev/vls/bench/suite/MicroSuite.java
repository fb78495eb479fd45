package dev.vls.bench.suite;

import dev.vls.bench.guest.BenchGuest;
import dev.vls.bench.guest.Measurement;
import dev.vls.bench.result.Distribution;
import dev.vls.bench.result.Finding;
import dev.vls.bench.result.Metric;
import dev.vls.bench.result.Numbers;
import dev.vls.bench.result.QemuPair;
import dev.vls.bench.result.Sample;
import dev.vls.bench.result.Samples;
import dev.vls.bench.result.Section;
import dev.vls.bench.result.TextTable;
import dev.vls.bench.result.Variant;
import dev.vls.bench.result.Variant.Kind;
import dev.vls.bench.suite.BenchConfig.Scale;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Single operations, after the nanobenchmarks of Adams and Agesen (ASPLOS 2006): what one costs
 * beyond an empty loop, by the host's clocks.
 */
final class MicroSuite implements Suite {
  static final String NAME = "micro";

  private static final String LOOP = BenchGuest.OPERATIONS.getFirst().name();
  private static final int QUICK_DIVISOR = 5;
  private static final double NS_PER_S = 1e9;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void run(Bench bench) throws Exception {
    for (BenchGuest operation : BenchGuest.OPERATIONS) {
      if (bench.config().wants(operation.name()) || operation.name().equals(LOOP)) {
        GuestTrial trial =
            bench.config().scale() == Scale.QUICK
                ? new GuestTrial(bench, operation, operation.fraction(QUICK_DIVISOR))
                : new GuestTrial(bench, operation);
        trial.checkEngines();
        bench.compare(
            NAME,
            operation.name(),
            groups(bench.config(), operation),
            (variant, log) ->
                counted(
                    bench.config().scale() == Scale.QUICK
                        ? operation.times() / QUICK_DIVISOR
                        : operation.times(),
                    variant,
                    trial.run(variant, log)));
      }
    }
  }

  private static List<List<Variant>> groups(BenchConfig config, BenchGuest operation) {
    return CpuSuite.groups(config).stream()
        .map(group -> group.stream().filter(variant -> wanted(config, operation, variant)).toList())
        .filter(group -> !group.isEmpty())
        .toList();
  }

  /** The quick bench has the plain variants alone; QEMU replays traps ten times slower, too. */
  private static boolean wanted(BenchConfig config, BenchGuest operation, Variant variant) {
    boolean plain = variant == Variant.PLAIN || variant == Variant.QEMU_PLAIN;
    return Rates.STEADY.contains(variant)
        && (plain || config.scale() != Scale.QUICK)
        && (operation.portable() || variant.kind() != Kind.QEMU);
  }

  /** Says how many operations there were in the steady state. */
  private static Measurement counted(double times, Variant variant, Measurement measurement) {
    Map<Metric, Double> values = new EnumMap<>(measurement.values());
    if (values.containsKey(Metric.STEADY_INSTRUCTIONS)) {
      double share =
          variant.kind() == Kind.QEMU
              ? 1
              : values.get(Metric.STEADY_INSTRUCTIONS) / values.get(Metric.INSTRUCTIONS);
      values.put(Metric.OPERATIONS, times * share);
    }
    return measurement.with(values);
  }

  @Override
  public List<Section> sections(Samples samples) {
    if (samples.subjects(NAME).isEmpty()) {
      return List.of();
    }
    TextTable table =
        new TextTable(
            "operation",
            "plain",
            "record",
            "replay",
            "QEMU",
            "icount",
            "rr=record",
            "rr=replay",
            "VLS / QEMU");
    for (String operation : samples.subjects(NAME)) {
      List<String> cells =
          new ArrayList<>(
              Rates.STEADY.stream()
                  .map(v -> Numbers.spread(cost(samples, operation, v), 1))
                  .toList());
      cells.addFirst(operation);
      cells.add(
          Numbers.fixed(
              cost(samples, operation, Variant.PLAIN).median()
                  / cost(samples, operation, Variant.QEMU_PLAIN).median(),
              2));
      table.row(cells.toArray(String[]::new));
    }
    return List.of(
        new Section(
            "micro: nanoseconds of CPU time for one operation",
            List.of(
                "loop: one turn of an empty loop; all others: what a turn takes beyond that. VLS:"
                    + " the domain's thread, second half of a run; QEMU: the process, less a run of"
                    + " 0 turns.",
                "call: call and return; csr: write of sscratch; mmio: read of a UART register;"
                    + " ecall: an SBI call and back; hypercall: one of Xen's and back.",
                "trap: ebreak, illegal: an illegal instruction, pgfault: a load without a page,"
                    + " each to a handler of five instructions and back;",
                "ptemod: a page-table entry changed, sfence.vma, and a load through it. VLS / QEMU:"
                    + " below 1 VLS is faster."),
            table));
  }

  /** Returns nanoseconds beyond the loop's, of the loop itself as they are. */
  static Distribution cost(Samples samples, String operation, Variant variant) {
    double loop =
        operation.equals(LOOP)
            ? 0
            : samples.steady(NAME, LOOP, variant, MicroSuite::nanoseconds).median();
    return samples.steady(NAME, operation, variant, s -> nanoseconds(s) - loop);
  }

  private static double nanoseconds(Sample sample) {
    return sample.value(Metric.STEADY_CPU) / sample.value(Metric.OPERATIONS) * NS_PER_S;
  }

  /** An operation that is lost in the noise of the loop is not compared. */
  @Override
  public List<QemuPair> qemuPairs(Samples samples) {
    List<QemuPair> pairs = new ArrayList<>();
    for (String operation : samples.subjects(NAME)) {
      Rates.QEMU_TWINS.forEach(
          (own, qemu) -> {
            double mine = cost(samples, operation, own).median();
            double its = cost(samples, operation, qemu).median();
            pairs.add(
                new QemuPair(
                    NAME,
                    operation,
                    "%s / %s, ns an operation".formatted(own.label(), qemu.label()),
                    mine > 0 && its > 0 ? Distribution.of(mine / its) : Distribution.NONE));
          });
    }
    return pairs;
  }

  @Override
  public List<Finding> findings(Samples samples) {
    return List.of();
  }
}

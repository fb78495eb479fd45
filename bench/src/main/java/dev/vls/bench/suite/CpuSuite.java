package dev.vls.bench.suite;

import dev.vls.bench.guest.BenchGuest;
import dev.vls.bench.plot.Plot;
import dev.vls.bench.result.Finding;
import dev.vls.bench.result.Metric;
import dev.vls.bench.result.QemuPair;
import dev.vls.bench.result.Samples;
import dev.vls.bench.result.Section;
import dev.vls.bench.result.Variant;
import dev.vls.bench.suite.BenchConfig.Scale;
import java.util.ArrayList;
import java.util.List;

/** CPU-bound guests: plain, recorded, replayed, as whole processes, and under QEMU. */
final class CpuSuite implements Suite {
  static final String NAME = "cpu";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void run(Bench bench) throws Exception {
    for (BenchGuest guest : BenchGuest.ALL) {
      if (bench.config().wants(guest.name())) {
        new GuestTrial(bench, guest).checkEngines();
      }
    }
    for (BenchGuest guest : BenchGuest.ALL) {
      if (chosen(bench.config(), guest.name())) {
        bench.compare(
            NAME,
            guest.name(),
            named(bench.config(), groups(bench.config())),
            new GuestTrial(bench, guest));
      }
    }
  }

  /** Leaves out what was not asked for, if anything was. */
  static List<List<Variant>> named(BenchConfig config, List<List<Variant>> groups) {
    return groups.stream()
        .map(
            group ->
                group.stream().filter(v -> config.variants().isEmpty() || config.names(v)).toList())
        .filter(group -> !group.isEmpty())
        .toList();
  }

  /** Returns whether a guest of the CPU-bound ones is to be run. */
  static boolean chosen(BenchConfig config, String guest) {
    return config.scale() == Scale.QUICK && config.guests().isEmpty()
        ? BenchGuest.QUICK.contains(guest)
        : config.wants(guest);
  }

  /**
   * The quick bench leaves out what costs much and says little beside the others, unless it is
   * named.
   */
  static List<List<Variant>> groups(BenchConfig config) {
    boolean full = config.scale() != Scale.QUICK || !config.variants().isEmpty();
    List<List<Variant>> groups = new ArrayList<>();
    groups.add(List.of(Variant.PLAIN));
    groups.add(List.of(Variant.RECORD, Variant.REPLAY));
    if (config.beside().interpreter()) {
      groups.add(List.of(Variant.INTERPRETER));
    }
    if (config.beside().launcher().isPresent()) {
      groups.add(
          full ? List.of(Variant.PROCESS, Variant.PROCESS_RECORD) : List.of(Variant.PROCESS));
      if (full) {
        groups.add(List.of(Variant.REPLICATED));
      }
    }
    if (config.beside().qemu().isPresent()) {
      groups.add(List.of(Variant.QEMU_PLAIN));
      if (full) {
        groups.add(List.of(Variant.QEMU_ICOUNT));
      }
      groups.add(
          config.scale() == Scale.FULL
                  || config.names(
                      Variant.QEMU_REPLAY) // QEMU 7.2 may wait for ever in a replay of milliseconds
              ? List.of(Variant.QEMU_RECORD, Variant.QEMU_REPLAY)
              : List.of(Variant.QEMU_RECORD));
    }
    return groups;
  }

  @Override
  public List<Section> sections(Samples samples) {
    return CpuTables.sections(samples);
  }

  @Override
  public List<Plot> plots(Samples samples) {
    return CpuPlots.plots(samples);
  }

  @Override
  public List<QemuPair> qemuPairs(Samples samples) {
    List<QemuPair> pairs = new ArrayList<>();
    for (String guest : samples.subjects(NAME)) {
      Rates.QEMU_TWINS.forEach(
          (own, qemu) ->
              pairs.add(
                  new QemuPair(
                      NAME,
                      guest,
                      "%s / %s, steady state".formatted(own.label(), qemu.label()),
                      samples.ratio(NAME, guest, qemu, own, Rates::steadyMips))));
      pairs.addAll(Rates.processPairs(samples, NAME, guest));
    }
    return pairs;
  }

  @Override
  public List<Finding> findings(Samples samples) {
    return CpuFindings.of(samples);
  }

  /** Returns whether anything of this suite ran. */
  static boolean ran(Samples samples) {
    return !samples.subjects(NAME).isEmpty();
  }

  /** Returns instructions of a guest: the same in every variant. */
  static double instructions(Samples samples, String guest) {
    return samples.steady(NAME, guest, Variant.PLAIN, s -> s.value(Metric.INSTRUCTIONS)).median();
  }
}

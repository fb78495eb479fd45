package dev.vls.bench.suite;

import dev.vls.bench.guest.BenchGuest;
import dev.vls.bench.guest.GuestOutput;
import dev.vls.bench.guest.Measurement;
import dev.vls.bench.guest.Qemu;
import dev.vls.bench.guest.Workload;
import dev.vls.bench.guest.WrongResultException;
import dev.vls.bench.result.Finding;
import dev.vls.bench.result.Metric;
import dev.vls.bench.result.Samples;
import dev.vls.bench.result.Section;
import dev.vls.bench.result.Variant;
import dev.vls.bench.suite.BenchConfig.Scale;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** CPU-bound guests: plain, recorded, replayed, and under QEMU if asked for. */
final class CpuSuite implements Suite {
  static final String NAME = "cpu";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void run(Bench bench) throws Exception {
    for (BenchGuest guest : BenchGuest.ALL) {
      if (chosen(bench.config(), guest.name())) {
        bench.compare(NAME, guest.name(), groups(bench.config()), new GuestTrial(bench, guest));
      }
    }
  }

  private static boolean chosen(BenchConfig config, String guest) {
    return config.scale() == Scale.QUICK && config.guests().isEmpty()
        ? BenchGuest.QUICK.contains(guest)
        : config.wants(guest);
  }

  private static List<List<Variant>> groups(BenchConfig config) {
    List<List<Variant>> groups = new ArrayList<>();
    groups.add(List.of(Variant.PLAIN));
    groups.add(List.of(Variant.RECORD, Variant.REPLAY));
    if (config.qemu().isPresent()) {
      groups.add(List.of(Variant.QEMU_PLAIN));
      groups.add(List.of(Variant.QEMU_ICOUNT));
      groups.add(List.of(Variant.QEMU_RECORD));
    }
    return groups;
  }

  /** Runs one guest; every run must print the same checksum, and at full size the table's. */
  private static final class GuestTrial implements Bench.Trial {
    private final Bench bench;
    private final BenchGuest guest;
    private final Workload workload;
    private Optional<String> printed = Optional.empty();

    GuestTrial(Bench bench, BenchGuest guest) {
      this.bench = bench;
      this.guest = guest;
      boolean tiny = bench.config().scale() == Scale.TINY;
      workload =
          Workload.cpu(
              guest.name(), tiny ? guest.tiny() : guest.arguments(), bench.config().ramBytes());
    }

    @Override
    public Measurement run(Variant variant, Path log) throws Exception {
      Measurement measurement =
          switch (variant) {
            case PLAIN -> bench.runner().plain(workload);
            case RECORD -> bench.runner().record(workload, log);
            case REPLAY -> bench.runner().replay(log);
            case QEMU_PLAIN, QEMU_ICOUNT, QEMU_RECORD -> qemu(variant);
          };
      check(variant, measurement.output());
      return measurement;
    }

    private Measurement qemu(Variant variant) throws Exception {
      Qemu qemu = bench.config().qemu().orElseThrow();
      Path image = bench.runner().images().path(guest.name());
      return qemu.run(image, workload.arguments(), workload.ramBytes(), variant);
    }

    private void check(Variant variant, String output) throws WrongResultException {
      String line = GuestOutput.checksumLine(guest.name(), output);
      String what = guest.name() + " (" + variant.label() + ")";
      if (workload.arguments().equals(guest.arguments())) {
        GuestOutput.require(what, guest.checksum(), line.substring(line.lastIndexOf('=') + 1));
      }
      GuestOutput.require(what, printed.orElse(line), line);
      printed = Optional.of(line);
    }
  }

  @Override
  public List<Section> sections(Samples samples) {
    return CpuTables.sections(samples);
  }

  @Override
  public List<Finding> findings(Samples samples) {
    return CpuTables.findings(samples);
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

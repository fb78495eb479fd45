package dev.vls.bench.suite;

import dev.vls.bench.guest.Launcher;
import dev.vls.bench.guest.Measurement;
import dev.vls.bench.guest.Qemu;
import dev.vls.bench.guest.WrongResultException;
import dev.vls.bench.result.Finding;
import dev.vls.bench.result.Metric;
import dev.vls.bench.result.Numbers;
import dev.vls.bench.result.QemuPair;
import dev.vls.bench.result.Samples;
import dev.vls.bench.result.Section;
import dev.vls.bench.result.TextTable;
import dev.vls.bench.result.Variant;
import dev.vls.bench.suite.BenchConfig.Scale;
import dev.vls.replay.cli.StockLinux;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whole processes that have hardly anything to do, the boot of a stock Linux, and the same from
 * where it was saved.
 */
final class StartupSuite implements Suite {
  static final String NAME = "startup";

  private static final String LINUX = "linux, boot and power-off";
  private static final String LINUX_WORDS =
      "console=ttyS0 quiet cryptomgr.notests vls.run=true"; // it boots and powers off
  private static final String SAVED = "linux, saved when up";
  private static final String DONE = "VLS-LINUX-DONE 0"; // behind the marker
  private static final double LINUX_AIM = 2.0;
  private static final double SAVED_AIM_S = 1.0;

  /** A guest that ends at once. */
  private record Start(String subject, String image, String arguments, String printed) {}

  private static final List<Start> STARTS =
      List.of(
          new Start("empty guest", "nano", "n=0", "nano n=0"),
          new Start("hello", "hello", "", "Hello from RISC-V."));

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void run(Bench bench) throws Exception {
    List<List<Variant>> groups = groups(bench.config());
    if (groups.isEmpty()) {
      bench.say("startup skipped: no process to start");
      return;
    }
    for (Start start : STARTS) {
      if (bench.config().wants(start.image())) {
        bench.compare(
            NAME,
            start.subject(),
            groups,
            (variant, log) -> require(start.printed(), start(bench, start, variant, log)));
      }
    }
    linux(bench, groups);
  }

  private static List<List<Variant>> groups(BenchConfig config) {
    List<List<Variant>> groups = new ArrayList<>();
    if (config.beside().launcher().isPresent()) {
      groups.add(List.of(Variant.PROCESS));
      groups.add(List.of(Variant.PROCESS_RECORD));
    }
    if (config.beside().qemu().isPresent()) {
      groups.add(List.of(Variant.QEMU_PLAIN));
      groups.add(List.of(Variant.QEMU_RECORD));
    }
    return groups;
  }

  private static Measurement start(Bench bench, Start start, Variant variant, Path log)
      throws Exception {
    Path image = bench.runner().images().path(start.image());
    long ram = bench.config().ramBytes();
    return switch (variant) {
      case PROCESS -> launcher(bench).run(image, start.arguments(), ram);
      case PROCESS_RECORD -> launcher(bench).record(image, start.arguments(), ram, log);
      default -> qemu(bench).run(image, start.arguments(), ram, variant);
    };
  }

  private static void linux(Bench bench, List<List<Variant>> groups) throws Exception {
    boolean named = bench.config().guests().contains("linux");
    if (bench.config().scale() != Scale.FULL && !named || !bench.config().wants("linux")) {
      return;
    }
    Optional<StockLinux> kernel = StockLinux.cached(StockLinux.SUITE);
    if (kernel.isEmpty()) {
      bench.say("startup: Linux skipped, its kernel is not here; ./vls linux fetches it");
      return;
    }
    bench.compare(
        NAME,
        LINUX,
        groups,
        (variant, log) -> require(StockLinux.READY, boot(bench, kernel.get(), variant, log)));
    saved(bench, kernel.get());
  }

  /** From where Linux is up: it has yet to run a command and to power off. */
  private static void saved(Bench bench, StockLinux kernel) throws Exception {
    if (bench.config().beside().launcher().isEmpty()) {
      return;
    }
    Path state = bench.folder().resolve("state");
    List<String> save = List.of("run", "--save-state=" + state, "--save-at=" + StockLinux.READY);
    require(
        StockLinux.READY,
        launcher(bench).command(command(kernel, save, bench.config().ramBytes())));
    bench.compare(
        NAME,
        SAVED,
        List.of(List.of(Variant.PROCESS), List.of(Variant.PROCESS_RECORD)),
        (variant, log) -> require(DONE, resume(bench, state, variant, log)));
    Bench.remove(state);
  }

  private static Measurement resume(Bench bench, Path state, Variant variant, Path log)
      throws Exception {
    return launcher(bench)
        .command(
            variant == Variant.PROCESS
                ? List.of("run", "--state=" + state)
                : List.of("record", "--state=" + state, "-o", log.toString()));
  }

  private static Measurement boot(Bench bench, StockLinux kernel, Variant variant, Path log)
      throws Exception {
    long ram = bench.config().ramBytes();
    return switch (variant) {
      case PROCESS -> launcher(bench).command(command(kernel, List.of("run"), ram));
      case PROCESS_RECORD ->
          launcher(bench).command(command(kernel, List.of("record", "-o", log.toString()), ram));
      default -> qemu(bench).boot(kernel.kernel(), kernel.initrd(), LINUX_WORDS, ram, variant);
    };
  }

  private static List<String> command(StockLinux linux, List<String> how, long ramBytes) {
    List<String> words = new ArrayList<>(how);
    words.add("--ram=" + (ramBytes >> 20) + "M");
    words.add("--kernel=" + linux.kernel());
    words.add("--initrd=" + linux.initrd());
    words.add("--append=" + LINUX_WORDS);
    return words;
  }

  private static Launcher launcher(Bench bench) {
    return bench.config().beside().launcher().orElseThrow();
  }

  private static Qemu qemu(Bench bench) {
    return bench.config().beside().qemu().orElseThrow();
  }

  private static Measurement require(String printed, Measurement measurement)
      throws WrongResultException {
    if (!measurement.output().contains(printed)) {
      throw new WrongResultException("a guest did not print '%s'".formatted(printed));
    }
    return measurement;
  }

  @Override
  public List<Section> sections(Samples samples) {
    if (samples.subjects(NAME).isEmpty()) {
      return List.of();
    }
    TextTable table =
        new TextTable(
            "guest",
            "run wall s",
            "run CPU s",
            "record wall s",
            "record CPU s",
            "QEMU wall s",
            "QEMU CPU s",
            "rr=record wall s",
            "wall: VLS / QEMU");
    for (String subject : samples.subjects(NAME)) {
      table.row(
          subject,
          Rates.seconds(samples, NAME, subject, Variant.PROCESS, Metric.WALL),
          Rates.seconds(samples, NAME, subject, Variant.PROCESS, Metric.CPU),
          Rates.seconds(samples, NAME, subject, Variant.PROCESS_RECORD, Metric.WALL),
          Rates.seconds(samples, NAME, subject, Variant.PROCESS_RECORD, Metric.CPU),
          Rates.seconds(samples, NAME, subject, Variant.QEMU_PLAIN, Metric.WALL),
          Rates.seconds(samples, NAME, subject, Variant.QEMU_PLAIN, Metric.CPU),
          Rates.seconds(samples, NAME, subject, Variant.QEMU_RECORD, Metric.WALL),
          Numbers.ranged(
              samples.ratio(NAME, subject, Variant.PROCESS, Variant.QEMU_PLAIN, Metric.WALL), 2));
    }
    return List.of(
        new Section(
            "startup: process start to exit",
            List.of(
                "VLS: the launcher, the JVM and its compilers included; QEMU: its firmware. CPU of"
                    + " all threads. VLS / QEMU: time, above 1 VLS is slower."),
            table));
  }

  @Override
  public List<QemuPair> qemuPairs(Samples samples) {
    return samples.subjects(NAME).stream()
        .flatMap(subject -> Rates.processPairs(samples, NAME, subject).stream())
        .toList();
  }

  @Override
  public List<Finding> findings(Samples samples) {
    List<Finding> findings = new ArrayList<>();
    if (samples.subjects(NAME).contains(LINUX) && samples.has(NAME, Variant.QEMU_PLAIN)) {
      findings.add(
          Finding.atMost(
              "Linux, process start to exit, beside QEMU plain",
              samples.ratio(NAME, LINUX, Variant.PROCESS, Variant.QEMU_PLAIN, Metric.WALL),
              LINUX_AIM,
              "times"));
    }
    if (samples.subjects(NAME).contains(SAVED)) {
      findings.add(
          Finding.atMost(
              "Linux from where it was saved, process start to exit",
              samples.steady(NAME, SAVED, Variant.PROCESS, s -> s.value(Metric.WALL)),
              SAVED_AIM_S,
              "s"));
    }
    return findings;
  }
}

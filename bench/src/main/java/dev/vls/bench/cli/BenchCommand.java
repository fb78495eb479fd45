package dev.vls.bench.cli;

import dev.vls.bench.guest.BenchGuest;
import dev.vls.bench.guest.GuestImages;
import dev.vls.bench.guest.GuestRunner;
import dev.vls.bench.guest.Launcher;
import dev.vls.bench.guest.Qemu;
import dev.vls.bench.guest.WrongResultException;
import dev.vls.bench.plot.HtmlReport;
import dev.vls.bench.plot.Plot;
import dev.vls.bench.result.Comparison;
import dev.vls.bench.result.Finding;
import dev.vls.bench.result.Finding.Verdict;
import dev.vls.bench.result.Host;
import dev.vls.bench.result.QemuPair;
import dev.vls.bench.result.Report;
import dev.vls.bench.result.Samples;
import dev.vls.bench.result.Section;
import dev.vls.bench.result.Variant;
import dev.vls.bench.result.Variant.Kind;
import dev.vls.bench.suite.Bench;
import dev.vls.bench.suite.BenchConfig;
import dev.vls.bench.suite.BenchConfig.Scale;
import dev.vls.bench.suite.Suite;
import dev.vls.bench.suite.Suites;
import dev.vls.replay.cli.ExitCode;
import dev.vls.sma.HostException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vls bench}. */
@Command(
    name = "bench",
    header = "Measures what recording costs on this machine.",
    description = {
      "Runs guests plain, recorded and replayed, in turns, beside QEMU where it is installed, and"
          + " prints medians with their range. Suites: cpu, cost, io, log, replay, micro, failover,"
          + " startup; all of them by default.",
      "Ctrl-C ends it with a report of what was measured until then.",
      "A guest that prints a wrong checksum ends the bench with exit code 1; a missed target is"
          + " printed and does not."
    })
final class BenchCommand implements Callable<Integer> {
  private static final long RAM_BYTES = 256L << 20;
  private static final int FULL_ROUNDS = 5;
  private static final int QUICK_ROUNDS = 2;
  private static final int MAX_ROUNDS = 1000;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "SUITE",
      arity = "0..*",
      description =
          "cpu, cost, io, log, replay, micro, failover, startup (default: all; with --quick all but"
              + " cost).")
  private List<String> suites = List.of();

  @Option(names = "--quick", description = "Fewer guests and shorter runs: less than five minutes.")
  private boolean quick;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Rounds that count (default: 5, with --quick 2).")
  private Integer rounds;

  @Option(
      names = "--guest",
      paramLabel = "NAME",
      split = ",",
      description = "Only these guests; repeatable.")
  private Set<String> guests = new LinkedHashSet<>();

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      split = ",",
      description =
          "Only these variants, and those that they are measured by; repeatable. Of the suite cpu:"
              + " plain, record, replay, interpreter, vls-run, vls-record, replicated, qemu,"
              + " qemu-icount, qemu-record, qemu-replay. Of cost: record-in-turns,"
              + " paging-in-turns, replay-in-turns.")
  private Set<String> variants = new LinkedHashSet<>();

  private VariantChoice choice = new VariantChoice(Set.of());

  @Option(
      names = "--no-qemu",
      negatable = true,
      description = "Leave QEMU out; otherwise it runs the same guests, where it is installed.")
  private boolean qemu = true;

  @Option(
      names = "--interpreter",
      description = "Measure the interpreter too, with the CPU-bound guests.")
  private boolean interpreter;

  @Option(names = "--json", paramLabel = "FILE", description = "Write every sample to FILE too.")
  private Path json;

  @Option(names = "--csv", paramLabel = "FILE", description = "Write every value to FILE too.")
  private Path csv;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write the report with plots to FILE too: one page that needs nothing else.")
  private Path html;

  @Option(
      names = "--against",
      paramLabel = "REV",
      description =
          "Build that git revision in a temporary worktree, run the suites of both in turns, and"
              + " print ratios; QEMU is left out.")
  private String against;

  BenchCommand() {}

  @Override
  public Integer call() throws Exception {
    List<Suite> chosen = chosen();
    checkGuests();
    checkVariants(chosen);
    checkRounds();
    PrintWriter err = spec.commandLine().getErr();
    Path folder = Files.createTempDirectory("vls-bench");
    try {
      if (against != null) {
        compare(chosen, folder, err);
        return ExitCode.OK;
      }
      measure(chosen, folder, err);
      return ExitCode.OK;
    } catch (WrongResultException e) {
      say(err, e.getMessage());
      return ExitCode.GUEST_FAILURE;
    } finally {
      remove(folder);
    }
  }

  /** Both versions run in processes of their own, in turns, a round at a time. */
  private void compare(List<Suite> chosen, Path folder, PrintWriter err) throws Exception {
    Path home = Path.of(System.getProperty("vls.home", "."));
    Comparison comparison = new Comparison();
    try (Revision other = Revision.checkOut(home, against, folder.resolve("revision"))) {
      say(err, "building " + against);
      String help = other.help();
      for (int round = 1; round <= counted(); round++) {
        Path mine = folder.resolve("mine.json");
        Path its = folder.resolve("its.json");
        say(err, "round %d of %d: this version and %s".formatted(round, counted(), against));
        if (round % 2 == 0) {
          other.bench(arguments(chosen, its, help::contains));
        }
        Revision.bench(home, arguments(chosen, mine, _ -> true));
        if (round % 2 == 1) {
          other.bench(arguments(chosen, its, help::contains));
        }
        try {
          comparison.add(Files.readString(mine), Files.readString(its));
        } catch (IllegalArgumentException e) {
          throw new HostException(
              "this version and %s cannot be compared, one wrote no report: %s"
                  .formatted(against, e.getMessage()),
              e);
        }
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(Host.look().text());
    out.print(comparison.section(against).text());
    out.flush();
  }

  /** Options that a version does not know yet are left out: it measures more then. */
  private List<String> arguments(List<Suite> chosen, Path file, Predicate<String> knows) {
    List<String> arguments = new ArrayList<>(chosen.stream().map(Suite::name).toList());
    arguments.addAll(List.of("--rounds=1", "--json=" + file));
    if (quick) {
      arguments.add("--quick");
    }
    if (knows.test("--[no-]qemu")) {
      arguments.add("--no-qemu");
    }
    if (knows.test("--variant")) {
      variants.forEach(variant -> arguments.add("--variant=" + variant));
    }
    guests.forEach(guest -> arguments.add("--guest=" + guest));
    return arguments;
  }

  private int counted() {
    return rounds != null ? rounds : quick ? QUICK_ROUNDS : FULL_ROUNDS;
  }

  private static void write(Path file, Supplier<String> text) throws HostException {
    if (file == null) {
      return;
    }
    try {
      Files.writeString(file, text.get());
    } catch (IOException e) {
      throw new HostException("'" + file + "' cannot be written: " + e.getMessage(), e);
    }
  }

  private static List<Plot> plots(List<Suite> chosen, Samples samples) {
    return chosen.stream().flatMap(suite -> suite.plots(samples).stream()).toList();
  }

  private void measure(List<Suite> chosen, Path folder, PrintWriter err) throws Exception {
    Host host = Host.look();
    BenchConfig config = config(folder, err);
    GuestImages images = GuestImages.ofHome(System.getProperty("vls.home"));
    Bench bench =
        new Bench(config, new GuestRunner(images, folder), folder, line -> say(err, line));
    String words = words(chosen, config);
    try (StopHook _ =
        new StopHook(
            () -> {
              say(err, "stopped; what was measured until now:");
              try {
                report(chosen, host, words + ", stopped before its end", bench.samples());
              } catch (HostException e) {
                say(err, e.getMessage());
              }
            })) {
      for (Suite suite : chosen) {
        suite.run(bench);
      }
    }
    report(chosen, host, words, bench.samples());
  }

  private void report(List<Suite> chosen, Host host, String words, Samples samples)
      throws HostException {
    List<Section> sections = new ArrayList<>();
    List<QemuPair> pairs = new ArrayList<>();
    List<Finding> findings = new ArrayList<>();
    for (Suite suite : chosen) {
      sections.addAll(suite.sections(samples));
      pairs.addAll(suite.qemuPairs(samples));
      findings.addAll(suite.findings(samples));
    }
    if (!variants.isEmpty()) {
      findings.removeIf(finding -> finding.verdict() == Verdict.UNKNOWN);
    }
    Report report = new Report(host, words, sections, pairs, findings, samples);
    PrintWriter out = spec.commandLine().getOut();
    out.print(report.text());
    out.flush();
    write(json, report::json);
    write(csv, report::csv);
    write(html, () -> HtmlReport.of(report, plots(chosen, samples)));
  }

  private BenchConfig config(Path folder, PrintWriter err) throws HostException {
    Optional<Qemu> found = qemu(folder, err);
    Optional<Launcher> launcher = launcher(folder, err);
    return new BenchConfig(
        1,
        counted(),
        quick ? Scale.QUICK : Scale.FULL,
        guests,
        choice.complete(),
        RAM_BYTES,
        new BenchConfig.Beside(
            found, launcher, interpreter || choice.asked().contains(Variant.INTERPRETER)));
  }

  private Optional<Qemu> qemu(Path folder, PrintWriter err) throws HostException {
    if (!qemu || !choice.wants(Kind.QEMU)) {
      return Optional.empty();
    }
    Optional<Qemu> found = Qemu.find(System.getenv().getOrDefault("PATH", ""), folder);
    if (found.isEmpty()) {
      skip("QEMU", "no qemu-system-riscv64 in PATH, or no /proc to measure it by", err);
    }
    return found;
  }

  private Optional<Launcher> launcher(Path folder, PrintWriter err) throws HostException {
    if (!choice.wants(Kind.COMMAND)) {
      return Optional.empty();
    }
    Optional<Launcher> launcher = Launcher.ofHome(System.getProperty("vls.home"), folder);
    if (launcher.isEmpty()) {
      skip("whole processes", "not started by ./vls, or no /proc to measure them by", err);
    }
    return launcher;
  }

  /** What was asked for by name is not skipped. */
  private void skip(String what, String why, PrintWriter err) throws HostException {
    if (!variants.isEmpty()) {
      throw new HostException("--variant asks for %s: %s".formatted(what, why));
    }
    say(err, "%s skipped: %s".formatted(what, why));
  }

  private static String words(List<Suite> chosen, BenchConfig config) {
    return "vls bench %s: %d warm-up and %d counted rounds, guests with %d MiB%s"
        .formatted(
            String.join(" ", chosen.stream().map(Suite::name).toList()),
            config.warmUps(),
            config.rounds(),
            config.ramBytes() >> 20,
            config.scale() == Scale.QUICK ? ", quick" : "");
  }

  private List<Suite> chosen() {
    List<String> names = Suites.ALL.stream().map(Suite::name).toList();
    for (String suite : suites) {
      if (!names.contains(suite)) {
        throw usage("there is no suite '" + suite + "'; there are " + String.join(", ", names));
      }
    }
    return Suites.ALL.stream()
        .filter(
            suite -> suites.isEmpty() ? !quick || suite.isQuick() : suites.contains(suite.name()))
        .toList();
  }

  private void checkGuests() {
    List<String> names = new ArrayList<>(BenchGuest.ALL.stream().map(BenchGuest::name).toList());
    names.addAll(BenchGuest.OPERATIONS.stream().map(BenchGuest::name).toList());
    names.addAll(List.of("blkstress", "clock", "hello", "ledger", "linux", "nano", "netstress"));
    for (String guest : guests) {
      if (!names.contains(guest)) {
        throw usage("there is no guest '" + guest + "'; there are " + String.join(", ", names));
      }
    }
  }

  private void checkVariants(List<Suite> chosen) {
    try {
      choice = VariantChoice.of(variants);
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
    }
    if (!variants.isEmpty() && !chosen.stream().map(Suite::name).toList().equals(choice.suites())) {
      String names = String.join(" ", choice.suites());
      throw usage(
          "--variant %1$s goes with what has it alone: vls bench %2$s --variant %1$s"
              .formatted(String.join(",", variants), names));
    }
    if (!qemu && !variants.isEmpty() && choice.wants(Kind.QEMU)) {
      throw usage("--variant asks for QEMU and --no-qemu leaves it out");
    }
  }

  private void checkRounds() {
    if (rounds != null && (rounds < 1 || rounds > MAX_ROUNDS)) {
      throw usage("--rounds must be 1 to " + MAX_ROUNDS + ", found " + rounds);
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private static void say(PrintWriter err, String line) {
    err.println("vls bench: " + line);
    err.flush();
  }

  /** The bench's own folder: what is in it was made by this run. */
  private static void remove(Path folder) throws IOException {
    try (var paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}

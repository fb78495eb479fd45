package dev.vls.bench.cli;

import dev.vls.bench.guest.BenchGuest;
import dev.vls.bench.guest.GuestImages;
import dev.vls.bench.guest.GuestRunner;
import dev.vls.bench.guest.Qemu;
import dev.vls.bench.guest.WrongResultException;
import dev.vls.bench.result.Finding;
import dev.vls.bench.result.Host;
import dev.vls.bench.result.Report;
import dev.vls.bench.result.Section;
import dev.vls.bench.suite.Bench;
import dev.vls.bench.suite.BenchConfig;
import dev.vls.bench.suite.BenchConfig.Scale;
import dev.vls.bench.suite.Suite;
import dev.vls.replay.cli.ExitCode;
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
      "Runs guests plain, recorded and replayed, in turns, and prints medians with their range."
          + " Suites: cpu, io, log; all of them by default.",
      "A guest that prints a wrong checksum ends the bench with exit code 1; a missed target is"
          + " printed and does not."
    })
final class BenchCommand implements Callable<Integer> {
  private static final long RAM_BYTES = 256L << 20;
  private static final int FULL_ROUNDS = 5;
  private static final int QUICK_ROUNDS = 3;
  private static final int MAX_ROUNDS = 1000;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "SUITE", arity = "0..*", description = "cpu, io, log (default: all).")
  private List<String> suites = List.of();

  @Option(names = "--quick", description = "Fewer guests and shorter runs: about a minute.")
  private boolean quick;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Rounds that count (default: 5, with --quick 3).")
  private Integer rounds;

  @Option(
      names = "--guest",
      paramLabel = "NAME",
      split = ",",
      description = "Only these guests; repeatable.")
  private Set<String> guests = new LinkedHashSet<>();

  @Option(names = "--qemu", description = "Run the CPU-bound guests under QEMU too, where it is.")
  private boolean qemu;

  @Option(names = "--json", paramLabel = "FILE", description = "Write every sample to FILE too.")
  private Path json;

  BenchCommand() {}

  @Override
  public Integer call() throws Exception {
    List<Suite> chosen = chosen();
    checkGuests();
    checkRounds();
    PrintWriter err = spec.commandLine().getErr();
    Path folder = Files.createTempDirectory("vls-bench");
    try {
      Report report = measure(chosen, folder, err);
      PrintWriter out = spec.commandLine().getOut();
      out.print(report.text());
      out.flush();
      if (json != null) {
        Files.writeString(json, report.json());
      }
      return ExitCode.OK;
    } catch (WrongResultException e) {
      say(err, e.getMessage());
      return ExitCode.GUEST_FAILURE;
    } finally {
      remove(folder);
    }
  }

  private Report measure(List<Suite> chosen, Path folder, PrintWriter err) throws Exception {
    Host host = Host.look();
    BenchConfig config = config(folder, err);
    GuestImages images = GuestImages.ofHome(System.getProperty("vls.home"));
    Bench bench =
        new Bench(config, new GuestRunner(images, folder), folder, line -> say(err, line));
    List<Section> sections = new ArrayList<>();
    List<Finding> findings = new ArrayList<>();
    for (Suite suite : chosen) {
      suite.run(bench);
      sections.addAll(suite.sections(bench.samples()));
      findings.addAll(suite.findings(bench.samples()));
    }
    return new Report(host, words(chosen, config), sections, findings, bench.samples());
  }

  private BenchConfig config(Path folder, PrintWriter err) {
    int counted = rounds != null ? rounds : quick ? QUICK_ROUNDS : FULL_ROUNDS;
    Optional<Qemu> found =
        qemu ? Qemu.find(System.getenv().getOrDefault("PATH", ""), folder) : Optional.empty();
    if (qemu && found.isEmpty()) {
      say(err, "QEMU skipped: no qemu-system-riscv64 in PATH, or no /proc to measure it by");
    }
    return new BenchConfig(1, counted, quick ? Scale.QUICK : Scale.FULL, guests, RAM_BYTES, found);
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
    List<String> names = Suite.ALL.stream().map(Suite::name).toList();
    for (String suite : suites) {
      if (!names.contains(suite)) {
        throw usage("there is no suite '" + suite + "'; there are " + String.join(", ", names));
      }
    }
    return Suite.ALL.stream()
        .filter(suite -> suites.isEmpty() || suites.contains(suite.name()))
        .toList();
  }

  private void checkGuests() {
    List<String> names = new ArrayList<>(BenchGuest.ALL.stream().map(BenchGuest::name).toList());
    names.addAll(List.of("blkstress", "clock"));
    for (String guest : guests) {
      if (!names.contains(guest)) {
        throw usage("there is no guest '" + guest + "'; there are " + String.join(", ", names));
      }
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

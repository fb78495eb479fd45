package dev.vls.replay.cli;

import dev.vls.replay.demo.Demo;
import dev.vls.replay.demo.DemoConfig;
import dev.vls.replay.demo.DemoResult;
import dev.vls.sma.HostException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vls demo}. */
@Command(
    name = "demo",
    header = "Kills a leader and shows that nothing is lost.",
    description = {
      "Starts a leader and a follower that run a ledger, drives transfers from a client, kills the"
          + " leader with SIGKILL at a random moment, and lets the follower finish.",
      "Then checks every receipt, the journal on the disk, and a replay of the follower's log."
    })
final class DemoCommand implements Callable<Integer> {
  private static final String LEDGER = "guests/prebuilt/ledger.elf";

  @Spec private CommandSpec spec;

  @Option(
      names = "--kills",
      paramLabel = "N",
      defaultValue = "1",
      description = "How many leaders to kill, each with a fresh pair (default: ${DEFAULT-VALUE}).")
  private int kills;

  @Option(
      names = "--transfers",
      paramLabel = "N",
      defaultValue = "5000",
      description = "Transfers per pair (default: ${DEFAULT-VALUE}).")
  private int transfers;

  @Option(
      names = "--window",
      paramLabel = "N",
      defaultValue = "16",
      description =
          "Transfers that the client sends ahead of their receipts (default: ${DEFAULT-VALUE}).")
  private int window;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of transfers and moments of death; printed, and random by default.")
  private Long seed;

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description =
          "Where disks and logs are made and kept; a temporary directory by default, kept on"
              + " failure or interruption only.")
  private Path directory;

  @Override
  public Integer call() throws Exception {
    if (kills < 1 || transfers < 10 || window < 1) {
      throw new ParameterException(
          spec.commandLine(),
          "--kills and --window must be at least 1 and --transfers at least 10");
    }
    Path root = directory == null ? Files.createTempDirectory("vls-demo-") : directory;
    long firstSeed = seed == null ? new SplittableRandom().nextLong(1_000_000) : seed;
    PrintWriter err = spec.commandLine().getErr();
    List<DemoResult> results = new ArrayList<>();
    for (int round = 0; round < kills; round++) {
      String name = kills == 1 ? "demo" : "demo %d of %d".formatted(round + 1, kills);
      Demo demo =
          new Demo(
              new DemoConfig(
                  image(),
                  root.resolve("pair-" + (round + 1)),
                  transfers,
                  window,
                  firstSeed + round),
              words -> say(err, name + ": " + words));
      DemoResult result = demo.run();
      result.failures().forEach(failure -> say(err, name + ": FAILED: " + failure));
      results.add(result);
    }
    boolean passed = results.stream().allMatch(DemoResult::passed);
    print(spec.commandLine().getOut(), results, firstSeed);
    if (passed && directory == null) {
      delete(root);
    } else {
      say(err, "disks and logs are in " + root);
    }
    return passed ? ExitCode.OK : ExitCode.GUEST_FAILURE;
  }

  private static void print(PrintWriter out, List<DemoResult> results, long seed) {
    out.println(
        "pair  receipts  killed at  failover ms  events  BRK bytes  SMA bytes  seconds  verdict");
    for (int i = 0; i < results.size(); i++) {
      DemoResult result = results.get(i);
      out.printf(
          "%4d  %8d  %9d  %11.1f  %6d  %9d  %9d  %7.1f  %s%n",
          i + 1,
          result.receipts(),
          result.killedAt(),
          result.failover().toNanos() / 1e6,
          result.events(),
          result.brkBytes(),
          result.smaBytes(),
          result.took().toMillis() / 1e3,
          result.passed() ? "passed" : "FAILED");
    }
    results.stream()
        .map(DemoResult::lag)
        .filter(lag -> !lag.isEmpty())
        .distinct()
        .limit(1)
        .forEach(out::println);
    long failed = results.stream().filter(result -> !result.passed()).count();
    out.printf(
        "%s: every receipt in order and with the right hash, the journal on disk equal, the log"
            + " replayed with equal digests (seed %d)%n",
        failed == 0 ? "passed" : failed + " of " + results.size() + " FAILED", seed);
    out.flush();
  }

  private static Path image() throws HostException {
    Path image = Path.of(System.getProperty("vls.home", ".")).resolve(LEDGER);
    if (!Files.isRegularFile(image)) {
      throw new HostException(
          "the ledger's image is not at '"
              + image
              + "'; start the demo with ./vls from the checkout");
    }
    return image;
  }

  private static void delete(Path root) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static void say(PrintWriter err, String words) {
    err.println("vls: " + words);
    err.flush();
  }
}

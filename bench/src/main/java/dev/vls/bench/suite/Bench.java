package dev.vls.bench.suite;

import dev.vls.bench.guest.GuestRunner;
import dev.vls.bench.guest.Measurement;
import dev.vls.bench.guest.StalledException;
import dev.vls.bench.result.Metric;
import dev.vls.bench.result.Sample;
import dev.vls.bench.result.Sample.Phase;
import dev.vls.bench.result.Samples;
import dev.vls.bench.result.Variant;
import dev.vls.bench.suite.BenchConfig.Scale;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** One bench run: what runs guests, where logs go, and the samples so far. One thread. */
public final class Bench {
  private final BenchConfig config;
  private final GuestRunner runner;
  private final Path folder;
  private final Consumer<String> progress;
  private final Samples samples = new Samples();

  /** Runs one variant of one subject. */
  interface Trial {
    /**
     * Runs it and checks what the guest printed.
     *
     * @param log directory of the round's recording: made by {@link Variant#RECORD}, read by {@link
     *     Variant#REPLAY}
     */
    Measurement run(Variant variant, Path log) throws Exception;
  }

  /**
   * Creates a bench.
   *
   * @param folder an empty directory for logs and disks
   * @param progress told a line after each run
   */
  public Bench(BenchConfig config, GuestRunner runner, Path folder, Consumer<String> progress) {
    this.config = config;
    this.runner = runner;
    this.folder = folder;
    this.progress = progress;
  }

  /** Returns how much is measured. */
  BenchConfig config() {
    return config;
  }

  /** Returns what runs guests. */
  GuestRunner runner() {
    return runner;
  }

  /** Returns the samples so far. */
  public Samples samples() {
    return samples;
  }

  /**
   * Runs all variants of a subject round by round: first the warm-up, which is one of this JVM and
   * so only of variants that run in it, then what counts. Every other round goes through the groups
   * backwards, so that none always comes first. A variant that stalls is left out from there on.
   *
   * @param groups variants; those of one group stay in order
   */
  void compare(String suite, String subject, List<List<Variant>> groups, Trial trial)
      throws Exception {
    Set<Variant> stalled = EnumSet.noneOf(Variant.class);
    boolean warm = config.scale() == Scale.QUICK && !samples.all().isEmpty();
    int warmUps = warm ? 0 : config.warmUps();
    for (int round = 0; round < warmUps + config.rounds(); round++) {
      boolean steady = round >= warmUps;
      int number = steady ? round - warmUps : round;
      Path log = folder.resolve("log");
      for (Variant variant : order(groups, round)) {
        if (stalled.contains(variant) || !steady && !warmsUp(variant)) {
          continue;
        }
        Measurement measurement;
        try {
          measurement = trial.run(variant, log);
        } catch (StalledException e) {
          progress.accept(
              "%s %s %s left out: %s".formatted(suite, subject, variant.label(), e.getMessage()));
          stalled.add(variant);
          continue;
        }
        Sample sample =
            new Sample(
                suite,
                subject,
                variant,
                steady ? Phase.STEADY : Phase.WARM_UP,
                number,
                measurement.values(),
                steady ? measurement.trace() : Optional.empty());
        samples.add(sample);
        progress.accept(line(sample));
      }
      remove(log);
    }
  }

  /** A run in turns leaves out its own beginning. */
  private static boolean warmsUp(Variant variant) {
    return variant.kind() == Variant.Kind.MACHINE && variant != Variant.SWITCHED;
  }

  /** Tells what is going on beside the rounds. */
  void say(String words) {
    progress.accept(words);
  }

  /** Returns a folder for logs and disks; what is put there goes with the bench. */
  Path folder() {
    return folder;
  }

  /** Returns the variants of a round in the order in which they run. */
  static List<Variant> order(List<List<Variant>> groups, int round) {
    List<List<Variant>> ordered = new ArrayList<>(groups);
    if (round % 2 == 1) {
      Collections.reverse(ordered);
    }
    return ordered.stream().flatMap(List::stream).toList();
  }

  private String line(Sample sample) {
    boolean steady = sample.phase() == Phase.STEADY;
    return String.format(
        Locale.ROOT,
        "%-8s %-22s %-11s %s %d/%d  %6.2f s wall  %6.2f s CPU",
        sample.suite(),
        sample.subject(),
        sample.variant().label(),
        steady ? "round" : "warm-up",
        sample.round() + 1,
        steady ? config.rounds() : config.warmUps(),
        sample.value(Metric.WALL),
        sample.value(Metric.CPU));
  }

  /** Removes a directory with all that is in it, if there is one. */
  static void remove(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}

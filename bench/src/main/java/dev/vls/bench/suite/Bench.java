package dev.vls.bench.suite;

import dev.vls.bench.guest.GuestRunner;
import dev.vls.bench.guest.Measurement;
import dev.vls.bench.guest.StolenTime;
import dev.vls.bench.result.Samples;
import dev.vls.bench.result.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;

/** One bench run: what runs guests, where logs go, and the samples so far. One thread. */
public final class Bench {
  private final BenchConfig config;
  private final GuestRunner runner;
  private final Path folder;
  private final Consumer<String> progress;
  private final DoubleSupplier stolenSeconds;
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
    this(config, runner, folder, progress, StolenTime::seconds);
  }

  /** A bench that is told by another source what the host has taken for others. */
  Bench(
      BenchConfig config,
      GuestRunner runner,
      Path folder,
      Consumer<String> progress,
      DoubleSupplier stolenSeconds) {
    this.config = config;
    this.runner = runner;
    this.folder = folder;
    this.progress = progress;
    this.stolenSeconds = stolenSeconds;
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
   * backwards, so that none always comes first. A variant that stalls is left out from there on. At
   * full scale a counted round of which the host took too much for others is run again.
   *
   * @param groups variants; those of one group stay in order
   */
  void compare(String suite, String subject, List<List<Variant>> groups, Trial trial)
      throws Exception {
    new Rounds(this, stolenSeconds, new Rounds.Subject(suite, subject, groups, trial)).run();
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

package dev.vls.bench.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.bench.guest.GuestImages;
import dev.vls.bench.guest.GuestRunner;
import dev.vls.bench.guest.Measurement;
import dev.vls.bench.guest.StalledException;
import dev.vls.bench.result.Distribution;
import dev.vls.bench.result.Metric;
import dev.vls.bench.result.Sample;
import dev.vls.bench.result.Sample.Phase;
import dev.vls.bench.result.Variant;
import dev.vls.bench.suite.BenchConfig.Scale;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rounds of a recording and its replay, of which the host takes what a test says. */
class RoundsTest {
  private static final String SUITE = "s";
  private static final String SUBJECT = "x";

  @TempDir private Path folder;
  private final List<String> progress = new ArrayList<>();
  private final Deque<Double> taken = new ArrayDeque<>(); // in each of the next runs, s
  private double stolenSeconds = 100;
  private int runs;

  @Test
  void shouldCountTheLeastHitTryWhenARoundIsHitAgainAndAgain() throws Exception {
    take(5, 0, /* again: */ 1, 1, /* and again: */ 0, 3);

    Bench bench = compare(Scale.FULL, 0, 1);

    assertEquals(6, runs);
    assertEquals(List.of(3.0, 4.0), walls(bench));
    assertEquals(Distribution.of(4.0 / 3), replayed(bench));
    assertEquals(1, bench.samples().repeated());
    assertEquals(2, progress.stream().filter(l -> l.startsWith("s x round 1 again")).count());
  }

  @Test
  void shouldKeepTheFirstTryWhenTheOthersAreHitMore() throws Exception {
    take(1, 0, 2, 0, 0, 3);

    Bench bench = compare(Scale.FULL, 0, 1);

    assertEquals(List.of(1.0, 2.0), walls(bench));
    assertEquals(1, bench.samples().repeated());
  }

  @Test
  void shouldGoOnWhenATryIsNotHit() throws Exception {
    take(0, 5, /* again: */ 0, 0, /* the next: */ 0, 0);

    Bench bench = compare(Scale.FULL, 0, 2);

    assertEquals(6, runs);
    assertEquals(List.of(3.0, 4.0, 5.0, 6.0), walls(bench));
    assertEquals(List.of(0, 0, 1, 1), bench.samples().all().stream().map(Sample::round).toList());
    assertEquals(Distribution.of(4.0 / 3, 6.0 / 5), replayed(bench));
  }

  @ParameterizedTest
  @EnumSource(names = {"QUICK", "TINY"})
  void shouldOnlySaySoWhenThereIsNoTimeToRepeat(Scale scale) throws Exception {
    take(5, 0);

    Bench bench = compare(scale, 0, 1);

    assertEquals(2, runs);
    assertEquals(0, bench.samples().repeated());
    assertEquals(5.0, bench.samples().all().getFirst().value(Metric.STOLEN));
    assertTrue(bench.samples().all().getFirst().value(Metric.ELAPSED) > 0);
    assertTrue(progress.getFirst().endsWith(" % stolen"), progress.getFirst());
    assertFalse(progress.getLast().contains("stolen"), progress.getLast());
  }

  @Test
  void shouldNotRepeatTheWarmUp() throws Exception {
    take(5, 5, /* counted: */ 0, 0);

    Bench bench = compare(Scale.FULL, 1, 1);

    assertEquals(4, runs);
    assertEquals(0, bench.samples().repeated());
    assertEquals(Phase.WARM_UP, bench.samples().all().getFirst().phase());
    assertEquals(5.0, bench.samples().all().getFirst().value(Metric.STOLEN));
  }

  @Test
  void shouldGoOnAsEverWhenTheSystemDoesNotTell() throws Exception {
    stolenSeconds = Double.NaN;
    take(0, 0);

    Bench bench = compare(Scale.FULL, 0, 1);

    assertEquals(2, runs);
    assertTrue(
        bench.samples().all().stream().noneMatch(s -> s.values().containsKey(Metric.STOLEN)));
  }

  @Test
  void shouldKeepTheWholeTryWhenAVariantStallsInTheNext() throws Exception {
    take(5, 0, /* again, and one stalls: */ 0, 0, /* the next: */ 0);

    Bench bench =
        compare(
            Scale.FULL,
            0,
            2,
            (variant, log) -> {
              Measurement measurement = run(variant, log);
              if (runs == 4) {
                throw new StalledException("it has not ended");
              }
              return measurement;
            });

    assertEquals(List.of(1.0, 2.0, 5.0), walls(bench));
    assertEquals(1, progress.stream().filter(l -> l.contains("left out")).count());
  }

  @Test
  void shouldTakeARunAsHitWhenMoreThanTheLimitIsStolen() {
    assertFalse(Rounds.isHit(sample(Map.of(Metric.ELAPSED, 10.0, Metric.STOLEN, 0.2))));
    assertTrue(Rounds.isHit(sample(Map.of(Metric.ELAPSED, 10.0, Metric.STOLEN, 0.21))));
    assertFalse(Rounds.isHit(sample(Map.of(Metric.ELAPSED, 10.0))));
  }

  private static Sample sample(Map<Metric, Double> values) {
    return new Sample(SUITE, SUBJECT, Variant.PLAIN, Phase.STEADY, 0, values);
  }

  private void take(double... seconds) {
    taken.addAll(Arrays.stream(seconds).boxed().toList());
  }

  /** A run whose wall time is its number. */
  private Measurement run(Variant variant, Path log) throws Exception {
    if (variant == Variant.RECORD) {
      Files.createDirectory(log); // not if one is left from before
    }
    assertTrue(Files.exists(log));
    stolenSeconds += taken.remove();
    return new Measurement("", Map.of(Metric.WALL, (double) ++runs));
  }

  private Bench compare(Scale scale, int warmUps, int rounds) throws Exception {
    return compare(scale, warmUps, rounds, this::run);
  }

  private Bench compare(Scale scale, int warmUps, int rounds, Bench.Trial trial) throws Exception {
    BenchConfig config =
        new BenchConfig(
            warmUps, rounds, scale, Set.of(), Set.of(), 1 << 20, BenchConfig.Beside.NOTHING);
    GuestRunner none = new GuestRunner(new GuestImages(folder), folder);
    Bench bench = new Bench(config, none, folder, progress::add, () -> stolenSeconds);
    bench.compare(SUITE, SUBJECT, List.of(List.of(Variant.RECORD, Variant.REPLAY)), trial);
    assertFalse(Files.exists(folder.resolve("log")));
    return bench;
  }

  private static List<Double> walls(Bench bench) {
    return bench.samples().all().stream().map(s -> s.value(Metric.WALL)).toList();
  }

  private static Distribution replayed(Bench bench) {
    return bench.samples().ratio(SUITE, SUBJECT, Variant.REPLAY, Variant.RECORD, Metric.WALL);
  }
}

package dev.vls.bench.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.vls.bench.guest.BenchGuest;
import dev.vls.bench.guest.ExtraEvents;
import dev.vls.bench.guest.GuestImages;
import dev.vls.bench.guest.GuestRunner;
import dev.vls.bench.guest.Measurement;
import dev.vls.bench.guest.Qemu;
import dev.vls.bench.guest.StalledException;
import dev.vls.bench.guest.WrongResultException;
import dev.vls.bench.result.Metric;
import dev.vls.bench.result.Sample;
import dev.vls.bench.result.Section;
import dev.vls.bench.result.Variant;
import dev.vls.bench.suite.BenchConfig.Scale;
import dev.vls.replay.demo.DemoConfig;
import dev.vls.replay.demo.DemoResult;
import dev.vls.sma.HostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each suite completes with guests of a few milliseconds, and their results are right. */
class SuiteSystemTest {
  private static final long RAM_BYTES = 32L << 20;
  private static final int ROUNDS = 1;

  @TempDir private Path folder;
  private final List<String> progress = new ArrayList<>();

  @Test
  void shouldRunEveryGuestInEveryVariantWhenCpuIsTiny() throws Exception {
    Bench bench = bench(Set.of(), Optional.empty());
    Suite suite = new CpuSuite();

    suite.run(bench);

    assertEquals(
        BenchGuest.ALL.stream().map(BenchGuest::name).toList(),
        bench.samples().subjects(suite.name()));
    assertEquals(BenchGuest.ALL.size() * 4 * (ROUNDS + 1), progress.size());
    for (String guest : bench.samples().subjects(suite.name())) {
      assertEquals(
          ROUNDS,
          bench
              .samples()
              .ratio(suite.name(), guest, Variant.RECORD, Variant.PLAIN, Metric.WALL)
              .count());
    }
    List<Section> sections = suite.sections(bench.samples());
    assertEquals(2, sections.size());
    assertEquals(BenchGuest.ALL.size(), sections.getFirst().table().rows().size());
    List<List<String>> costs = sections.getLast().table().rows();
    assertEquals(BenchGuest.ALL.size() + 2, costs.size());
    assertEquals("+4.10%..+5.70%", costs.getLast().get(3));
    assertEquals(4, suite.findings(bench.samples()).size());
    assertNothingLeft();
  }

  @Test
  void shouldRunNothingElseWhenVariantsAreNamed() throws Exception {
    Bench bench = bench(Set.of("core"), Set.of(Variant.PLAIN, Variant.RECORD), Optional.empty());
    Suite suite = new CpuSuite();

    suite.run(bench);

    assertEquals(
        Set.of(Variant.PLAIN, Variant.RECORD),
        bench.samples().all().stream().map(Sample::variant).collect(Collectors.toSet()));
    assertEquals(2, suite.sections(bench.samples()).size());

    Bench plain = bench(Set.of("core"), Set.of(Variant.PLAIN), Optional.empty());
    suite.run(plain);
    assertEquals(1, suite.sections(plain.samples()).size());
  }

  @Test
  void shouldExecuteTheSameInstructionsWhenReplayed() throws Exception {
    Bench bench = bench(Set.of("core"), Optional.empty());

    new CpuSuite().run(bench);

    List<Sample> samples = bench.samples().all();
    assertTrue(samples.stream().allMatch(s -> s.variant().kind() == Variant.Kind.MACHINE));
    Map<String, Double> recorded = instructions(samples, Variant.RECORD);
    assertEquals(ROUNDS + 1, recorded.size());
    assertEquals(recorded, instructions(samples, Variant.REPLAY));
  }

  @Test
  void shouldRunBothSidesOfEveryGuestInTurnsWhenCostIsTiny() throws Exception {
    Bench bench = bench(Set.of(), Optional.empty());
    Suite suite = new CostSuite();

    suite.run(bench);

    List<Sample> samples = bench.samples().all();
    int guests = BenchGuest.ALL.size();
    int pageable = (int) BenchGuest.ALL.stream().filter(BenchGuest::pageable).count();
    assertTrue(pageable < guests);
    assertEquals((2 * guests + pageable) * ROUNDS, samples.size());
    assertTrue(samples.stream().allMatch(s -> s.phase() == Sample.Phase.STEADY));
    assertTrue(samples.stream().allMatch(s -> s.value(Metric.INSTRUCTIONS) > 0));
    assertTrue(
        samples.stream()
            .filter(sample -> sample.variant() != Variant.SWITCHED)
            .allMatch(s -> s.value(Metric.TURNS) > 0 && s.value(Metric.RATIO) > 0));
    assertEquals(
        List.of(guests, pageable, guests),
        suite.sections(bench.samples()).stream().map(s -> s.table().rows().size()).toList());
    assertEquals(3, suite.findings(bench.samples()).size());
    assertNothingLeft();
  }

  @Test
  void shouldRunNothingElseOfCostWhenVariantsAreNamed() throws Exception {
    Bench bench = bench(Set.of("core"), Set.of(Variant.REPLAYED_IN_TURNS), Optional.empty());
    Suite suite = new CostSuite();

    suite.run(bench);

    assertEquals(
        List.of(Variant.REPLAYED_IN_TURNS),
        bench.samples().all().stream().map(Sample::variant).toList());
    assertEquals(1, suite.sections(bench.samples()).size());
    assertEquals(1, suite.findings(bench.samples()).size());
  }

  @Test
  void shouldRunBothMediaAndModesWhenIoIsTiny() throws Exception {
    Bench bench = bench(Set.of("blkstress"), Optional.empty());
    Suite suite = new IoSuite();

    suite.run(bench);

    assertEquals(8, bench.samples().subjects(suite.name()).size());
    assertTrue(
        bench.samples().all().stream()
            .filter(sample -> sample.variant() == Variant.RECORD)
            .allMatch(s -> s.value(Metric.SMA_BYTES) > 0 && s.value(Metric.PAYLOAD) > 0));
    assertEquals(1, suite.sections(bench.samples()).size());
    assertEquals(1, suite.plots(bench.samples()).size());
    List<List<String>> rows = suite.sections(bench.samples()).getFirst().table().rows();
    assertEquals(9, rows.size());
    assertEquals(List.of("759", "412"), rows.getLast().subList(2, 4));
  }

  @Test
  void shouldBringEveryFrameBackInEachModeWhenIoIsTiny() throws Exception {
    Bench bench = bench(Set.of("netstress"), Optional.empty());
    Suite suite = new IoSuite();

    suite.run(bench);

    List<Sample> samples = bench.samples().all();
    assertEquals((4 * 3 + 4 * 2) * (ROUNDS + 1), samples.size());
    assertEquals(8, bench.samples().subjects(NetLoads.NAME).size());
    assertTrue(samples.stream().allMatch(s -> s.value(Metric.PAYLOAD) == 50 * 1514));
    assertTrue(
        samples.stream()
            .filter(sample -> sample.variant() == Variant.RECORD)
            .allMatch(s -> s.value(Metric.SMA_BYTES) > s.value(Metric.PAYLOAD)));
    Map<String, Double> replayed = instructions(samples, Variant.REPLAY);
    assertEquals(4 * (ROUNDS + 1), replayed.size());
    assertTrue(
        instructions(samples, Variant.RECORD).entrySet().containsAll(replayed.entrySet()),
        replayed.toString());
    List<Section> sections = suite.sections(bench.samples());
    assertEquals(1, sections.size());
    assertEquals(8, sections.getFirst().table().rows().size());
    assertEquals(RingRates.HEADER, sections.getFirst().table().header());
    assertEquals(1, suite.plots(bench.samples()).size());
    assertNothingLeft();
  }

  @Test
  void shouldSendTheSameFramesUnderQemu() throws Exception {
    Bench bench = bench(Set.of("netstress"), qemu());
    Suite suite = new IoSuite();

    suite.run(bench);

    assertEquals(
        List.of("bare socket strict", "checked socket strict"),
        bench.samples().all().stream()
            .filter(sample -> sample.variant() == Variant.QEMU_PLAIN)
            .map(Sample::subject)
            .toList());
    List<String> header = suite.sections(bench.samples()).getFirst().table().header();
    assertTrue(header.contains("VLS / QEMU"), header.toString());
    assertTrue(
        suite.qemuPairs(bench.samples()).stream()
            .anyMatch(
                p ->
                    p.compared().equals("plain / qemu, wall")
                        && p.subject().equals("netstress checked socket strict")));
  }

  private static Map<String, Double> instructions(List<Sample> samples, Variant variant) {
    Map<String, Double> instructions = new TreeMap<>();
    for (Sample sample : samples) {
      if (sample.variant() == variant) {
        instructions.put(
            sample.subject() + " " + sample.phase() + " " + sample.round(),
            sample.value(Metric.INSTRUCTIONS));
      }
    }
    return instructions;
  }

  @Test
  void shouldCountFramesWhenLogIsTiny() throws Exception {
    Bench bench = bench(Set.of(), Optional.empty());
    Suite suite = new LogSuite();

    suite.run(bench);

    assertEquals(3, bench.samples().subjects(suite.name()).size());
    assertEquals(3, bench.samples().subjects(IntervalSweep.NAME).size());
    List<Section> sections = suite.sections(bench.samples());
    assertEquals(2, sections.size());
    assertEquals("9,420", sections.getFirst().table().rows().get(3).getLast());
    assertEquals("+0.65%", sections.getLast().table().rows().getLast().get(4));
    for (Sample sample : bench.samples().all()) {
      assertTrue(
          sample.variant() == Variant.PLAIN
              || sample.value(Metric.LOG_BYTES)
                  >= sample.value(Metric.BRK_BYTES) + sample.value(Metric.SMA_BYTES),
          sample.toString());
    }
    assertEquals(1, suite.findings(bench.samples()).size());
  }

  @Test
  void shouldHaveMoreEventsWhenMoreAreAskedFor() throws Exception {
    Load load = new Load("x", "core", "", "", "n=2000", "core n=");
    Bench bench = bench(Set.of(), Optional.empty());
    Path log = folder.resolve("events");
    double usual = events(bench, load, log, 0);

    assertTrue(events(bench, load, log, 5000) > 10 * usual);
    assertTrue(load.run(bench, Variant.PLAIN, log).output().contains("core n=2000"));
  }

  /** Returns the events of a recording with so many more a second, which is replayed too. */
  private static double events(Bench bench, Load load, Path log, int perSecond) throws Exception {
    Measurement recorded =
        bench
            .runner()
            .record(
                load.workload(bench.config()),
                log,
                source -> perSecond == 0 ? source : new ExtraEvents(source, perSecond));
    Measurement replayed = load.require(bench.runner().replay(log));
    assertEquals(
        recorded.values().get(Metric.INSTRUCTIONS), replayed.values().get(Metric.INSTRUCTIONS));
    Bench.remove(log);
    return recorded.values().get(Metric.EVENTS);
  }

  @Test
  void shouldReplayEveryLoadWhenReplayIsTiny() throws Exception {
    Bench bench = bench(Set.of(), Optional.empty());
    Suite suite = new ReplaySuite();

    suite.run(bench);

    assertEquals(
        Load.REPLAYED.size(), suite.sections(bench.samples()).getFirst().table().rows().size());
    assertEquals(1, suite.findings(bench.samples()).size());
  }

  @Test
  void shouldRunEveryOperationWhenMicroIsTiny() throws Exception {
    Bench bench = bench(Set.of(), Optional.empty());
    Suite suite = new MicroSuite();

    suite.run(bench);

    assertEquals(
        BenchGuest.OPERATIONS.stream().map(BenchGuest::name).toList(),
        bench.samples().subjects(suite.name()));
    assertEquals(
        BenchGuest.OPERATIONS.size(),
        suite.sections(bench.samples()).getFirst().table().rows().size());
  }

  /** Pairs of processes need a built command; DemoSystemTest has them. */
  @Test
  void shouldTellFailoverAndLagWhenPairsPass() throws Exception {
    Bench bench = bench(Set.of(), Optional.empty());
    String lag = "lag: on average 1.5 and at most 7 events waited for their replay";
    Suite suite = new FailoverSuite(config -> pair(config, lag, List.of()));

    suite.run(bench);

    assertEquals(1, bench.samples().all().size());
    Sample sample = bench.samples().all().getFirst();
    assertEquals(0.25, sample.value(Metric.FAILOVER));
    assertEquals(1.5, sample.value(Metric.LAG_MEAN));
    assertEquals(7, sample.value(Metric.LAG_MOST));
    assertEquals(
        "250", suite.sections(bench.samples()).getFirst().table().rows().getFirst().get(1));
    assertThrows(
        WrongResultException.class,
        () ->
            new FailoverSuite(config -> pair(config, lag, List.of("a receipt is missing")))
                .run(bench));
  }

  private static DemoResult pair(DemoConfig config, String lag, List<String> failures) {
    return new DemoResult(
        config.transfers(),
        config.transfers() / 2,
        Duration.ofMillis(250),
        10,
        1000,
        2000,
        lag,
        Duration.ofSeconds(1),
        failures);
  }

  @Test
  void shouldStartGuestsWhenThereIsSomethingToStart() throws Exception {
    Suite suite = new StartupSuite();
    Bench nothing = bench(Set.of(), Optional.empty());
    suite.run(nothing);
    assertEquals(List.of("startup skipped: no process to start"), progress);

    Bench bench = bench(Set.of(), qemu());
    suite.run(bench);

    assertEquals(2, suite.sections(bench.samples()).getFirst().table().rows().size());
  }

  @Test
  void shouldComputeTheSameUnderQemu() throws Exception {
    Bench bench = bench(Set.of("sieve"), qemu());
    Suite suite = new CpuSuite();

    suite.run(bench);

    assertTrue(bench.samples().has(suite.name(), Variant.QEMU_RECORD));
    assertEquals(3, suite.sections(bench.samples()).size());
    assertTrue(
        suite.qemuPairs(bench.samples()).stream()
            .anyMatch(
                p -> p.compared().startsWith("plain / qemu,") && p.subject().equals("sieve")));
    for (Sample sample : bench.samples().all()) {
      if (sample.variant().kind() == Variant.Kind.QEMU) {
        assertEquals(Sample.Phase.STEADY, sample.phase());
        assertTrue(
            sample.value(Metric.STEADY_INSTRUCTIONS) < sample.value(Metric.INSTRUCTIONS),
            sample.toString());
      }
    }
  }

  @Test
  void shouldHaveNoTableWhenNothingRan() throws Exception {
    Bench bench = bench(Set.of("traps"), Optional.empty());

    for (Suite suite : List.of(new IoSuite(), new LogSuite())) {
      suite.run(bench);
      assertEquals(List.of(), suite.sections(bench.samples()));
      assertEquals(List.of(), suite.findings(bench.samples()));
    }
    assertEquals(List.of(), new CpuSuite().findings(bench.samples()));
  }

  @Test
  void shouldStopWhenATrialFails() {
    Bench bench = bench(Set.of(), Optional.empty());

    assertThrows(
        WrongResultException.class,
        () ->
            bench.compare(
                "s",
                "x",
                List.of(List.of(Variant.PLAIN)),
                (_, _) -> {
                  throw new WrongResultException("wrong");
                }));
    assertEquals(List.of(), bench.samples().all());
  }

  @Test
  void shouldLeaveAVariantOutFromThereOnWhenItStalls() throws Exception {
    Bench bench = bench(Set.of(), Optional.empty());
    List<List<Variant>> groups = List.of(List.of(Variant.REPLAY), List.of(Variant.PLAIN));

    bench.compare(
        "s",
        "x",
        groups,
        (variant, _) -> {
          if (variant == Variant.REPLAY) {
            throw new StalledException("it has not ended");
          }
          return new Measurement("", Map.of());
        });

    assertEquals(ROUNDS + 1, bench.samples().all().size());
    assertEquals("s x replay left out: it has not ended", progress.getFirst());
    assertEquals(ROUNDS + 2, progress.size());
  }

  @Test
  void shouldGoBackwardsThroughGroupsInEveryOtherRound() throws Exception {
    List<List<Variant>> groups =
        List.of(List.of(Variant.PLAIN), List.of(Variant.RECORD, Variant.REPLAY));

    assertEquals(List.of(Variant.PLAIN, Variant.RECORD, Variant.REPLAY), Bench.order(groups, 0));
    assertEquals(List.of(Variant.RECORD, Variant.REPLAY, Variant.PLAIN), Bench.order(groups, 1));

    Bench bench = bench(Set.of(), Optional.empty());
    bench.compare("s", "x", groups, (_, _) -> new Measurement("", Map.of()));
    assertEquals(3 * (ROUNDS + 1), bench.samples().all().size());
    assertEquals(Sample.Phase.WARM_UP, bench.samples().all().get(2).phase());
    assertEquals(Sample.Phase.STEADY, bench.samples().all().get(3).phase());
    assertEquals(Variant.RECORD, bench.samples().all().get(3).variant());
  }

  @Test
  void shouldNameTheImageWhenItIsMissing() {
    GuestRunner runner = new GuestRunner(new GuestImages(folder), folder);
    Bench bench =
        new Bench(config(Set.of(), Set.of(), Optional.empty()), runner, folder, progress::add);

    HostException e = assertThrows(HostException.class, () -> new CpuSuite().run(bench));
    assertTrue(e.getMessage().contains("chase.elf"), e.getMessage());
  }

  private Bench bench(Set<String> guests, Optional<Qemu> qemu) {
    return bench(guests, Set.of(), qemu);
  }

  private Bench bench(Set<String> guests, Set<Variant> variants, Optional<Qemu> qemu) {
    GuestRunner runner = new GuestRunner(GuestImages.ofHome(".."), folder);
    return new Bench(config(guests, variants, qemu), runner, folder, progress::add);
  }

  private static BenchConfig config(
      Set<String> guests, Set<Variant> variants, Optional<Qemu> qemu) {
    return new BenchConfig(
        1,
        ROUNDS,
        Scale.TINY,
        guests,
        variants,
        RAM_BYTES,
        new BenchConfig.Beside(qemu, Optional.empty(), true));
  }

  private void assertNothingLeft() throws IOException {
    try (Stream<Path> left = Files.list(folder)) {
      assertFalse(left.findAny().isPresent());
    }
  }

  private Optional<Qemu> qemu() {
    Optional<Qemu> qemu = Qemu.find(System.getenv().getOrDefault("PATH", ""), folder);
    if (qemu.isEmpty()) {
      skip("no qemu-system-riscv64 on the PATH");
    }
    return qemu;
  }

  private static void skip(String why) {
    if ("1".equals(System.getenv("VLS_REQUIRE_TOOLS"))) {
      fail(why);
    }
    System.out.println("SuiteSystemTest: skipped, " + why);
    Assumptions.abort(why);
  }
}

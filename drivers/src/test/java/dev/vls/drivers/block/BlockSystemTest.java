package dev.vls.drivers.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.vls.drivers.GuestRun;
import dev.vls.drivers.RecordedEvents;
import dev.vls.drivers.console.StdioConsole;
import dev.vls.sma.Answer;
import dev.vls.sma.CaptureMode;
import dev.vls.sma.Domain;
import dev.vls.sma.EventSource;
import dev.vls.sma.HostException;
import dev.vls.sma.Outcome;
import dev.vls.sma.OutputGate;
import dev.vls.sma.RingCounters;
import dev.vls.sma.VirtualTime;
import dev.vls.vmm.Boundary;
import dev.vls.vmm.Machine;
import dev.vls.vmm.Position;
import dev.vls.vmm.StateDigest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real guests on real disks: blkstress reads back and checks everything it has written. */
class BlockSystemTest {
  private static final long SEED = Long.getLong("vls.seed", 20260601L);
  private static final int SECTORS = 16384;

  private static void unexpected(HostException problem) {
    fail(problem);
  }

  /** A guest with a disk and its console. */
  private static final class Run {
    final GuestRun guest;
    final ByteArrayOutputStream text = new ByteArrayOutputStream();
    final StdioConsole console =
        new StdioConsole(new ByteArrayInputStream(new byte[0]), text, BlockSystemTest::unexpected);

    Run(String image, String arguments, CaptureMode mode) throws Exception {
      this(image, arguments, mode, OutputGate.Release.IMMEDIATE);
    }

    Run(String image, String arguments, CaptureMode mode, OutputGate.Release release)
        throws Exception {
      guest = new GuestRun(image, arguments, mode, release);
      guest.domain.plug(
          "disk0",
          new BlockPort(guest.store, new BlockConfig(0, SECTORS, BlockConfig.Writing.ALLOWED)));
    }

    Domain domain() {
      return guest.domain;
    }

    void attach(DiskImage image) {
      domain().attach("console", console);
      domain().attach("disk0", new BlockBackend("test", image, BlockSystemTest::unexpected));
    }

    String finish() throws Exception {
      assertEquals(
          new Outcome.PoweredOff(0), guest.start().get(120, TimeUnit.SECONDS), this::output);
      console.close();
      return output();
    }

    String output() {
      return text.toString(StandardCharsets.UTF_8);
    }
  }

  private static void stress(CaptureMode mode, DiskImage image) throws Exception {
    Run run = new Run("blkstress", "ops=1500 close=1", mode);
    run.attach(image);
    String text = run.finish();
    assertTrue(text.contains("BLKSTRESS PASS"), text);
  }

  @Test
  void shouldServeAGuestWhenStrict() throws Exception {
    stress(CaptureMode.STRICT, new MemoryImage(SECTORS));
  }

  @Test
  void shouldServeAGuestWhenSampled() throws Exception {
    stress(CaptureMode.SAMPLED, new MemoryImage(SECTORS));
  }

  @Test
  void shouldServeAGuestFromARawFile(@TempDir Path folder) throws Exception {
    Path path = Files.write(folder.resolve("disk"), new byte[SECTORS * 512]);
    stress(CaptureMode.STRICT, RawImage.open(path, BlockConfig.Writing.ALLOWED));
  }

  @Test
  void shouldServeAGuestFromAnOverlay(@TempDir Path folder) throws Exception {
    Path path = Files.write(folder.resolve("disk"), new byte[SECTORS * 512]);
    RawImage base = RawImage.open(path, BlockConfig.Writing.FORBIDDEN);
    stress(CaptureMode.STRICT, OverlayImage.open(base, folder.resolve("overlay")));
  }

  @Test
  void shouldComeToTheSameStateWhenReplayedWithoutADisk() throws Exception {
    for (CaptureMode mode : CaptureMode.values()) {
      RecordedEvents log = new RecordedEvents();
      Run live = new Run("blkstress", "ops=800", mode);
      live.domain().observe(log);
      live.attach(new MemoryImage(SECTORS));
      String text = live.finish();
      StateDigest digest = live.domain().machine().digest();

      Run replayed = new Run("blkstress", "ops=800", CaptureMode.STRICT);
      replayed.domain().attach("console", replayed.console);
      Outcome outcome = replayed.guest.start(log.replay()).get(120, TimeUnit.SECONDS);
      if (outcome instanceof Outcome.Ended) {
        outcome = replayed.guest.start().get(120, TimeUnit.SECONDS); // what is left needs no event
      }
      assertEquals(new Outcome.PoweredOff(0), outcome);
      replayed.console.close();
      assertEquals(text, replayed.output());
      assertEquals(digest, replayed.domain().machine().digest());
      assertArrayEquals(live.domain().gate().digest(), replayed.domain().gate().digest());
    }
  }

  /**
   * A leader dies at random events; a second machine replays them, takes over the disk and does
   * what is outstanding once more.
   */
  @Test
  void shouldLoseNothingWhenTheLeaderDies() throws Exception {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int round = 0; round < 8; round++) {
      // One event completes at most the eight requests in flight, so 1600 take 200 or more.
      int last = 1 + random.nextInt(190);
      MemoryImage image = new MemoryImage(SECTORS);
      RecordedEvents log = new RecordedEvents();
      Run leader = new Run("blkstress", "ops=1600", CaptureMode.STRICT, OutputGate.Release.STABLE);
      leader.domain().observe(log);
      leader
          .domain()
          .observe(
              (at, event) -> {
                leader.domain().gate().stable(log.size());
                if (log.size() >= last) {
                  leader.domain().stop("killed");
                }
              });
      leader.domain().attach("console", leader.console);
      BlockBackend dying = new BlockBackend("leader", image, BlockSystemTest::unexpected);
      leader.domain().attach("disk0", dying);
      assertEquals(
          new Outcome.Ended("killed"),
          leader.guest.start().get(120, TimeUnit.SECONDS),
          leader::output);
      dying.close();

      Run follower = new Run("blkstress", "ops=1600", CaptureMode.STRICT);
      follower.domain().attach("console", follower.console);
      follower.guest.start(log.replay()).get(120, TimeUnit.SECONDS);
      follower
          .domain()
          .attach("disk0", new BlockBackend("follower", image, BlockSystemTest::unexpected));
      String text = follower.finish();
      assertTrue(
          text.contains("BLKSTRESS PASS"), "round " + round + ", seed " + SEED + ": " + text);
    }
  }

  /** Guests that break every rule on purpose harm only themselves: they come to their own end. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "badgrant",
        "badring",
        "consolejump",
        "ringrecursion",
        "storegarbage",
        "wildpointers"
      })
  void shouldBearAGuestThatMisbehaves(String image) throws Exception {
    Run run = new Run(image, "", CaptureMode.STRICT);
    run.attach(new MemoryImage(SECTORS));
    // They wait for answers with deadlines, which virtual time must not jump to while the disk
    // works.
    Outcome outcome = run.guest.start().get(120, TimeUnit.SECONDS);
    run.console.close();
    assertEquals(new Outcome.PoweredOff(0), outcome, run::output);
  }

  /**
   * The run is stopped at random instants and goes on with another back-end: each outstanding
   * request is done, none is lost.
   */
  @Test
  void shouldLoseNothingWhenBackEndsComeAndGo() throws Exception {
    SplittableRandom random = new SplittableRandom(SEED);
    Run run = new Run("blkstress", "ops=1500", CaptureMode.STRICT);
    MemoryImage image = new MemoryImage(SECTORS);
    run.attach(image);
    BlockBackend backend = new BlockBackend("first", image, BlockSystemTest::unexpected);
    run.domain().attach("disk0", backend);
    int changes = 0;
    Outcome outcome = new Outcome.Ended("start");
    while (outcome instanceof Outcome.Ended) {
      int commits = random.nextInt(20);
      Countdown countdown = new Countdown(commits);
      outcome = run.domain().run(countdown.around(run.domain().live(new VirtualTime())));
      backend.close();
      run.domain().detach("disk0");
      backend = new BlockBackend("next", image, BlockSystemTest::unexpected);
      run.domain().attach("disk0", backend);
      changes++;
    }
    assertEquals(new Outcome.PoweredOff(0), outcome, run::output);
    run.console.close();
    assertTrue(run.output().contains("BLKSTRESS PASS"), run.output());
    assertTrue(changes > 5, changes + " changes of back-end, seed " + SEED);
    RingCounters ring =
        run.domain().rings().stream().filter(r -> r.device().equals("disk0")).findAny().get();
    assertEquals("xen", ring.frontEnd());
    assertEquals(ring.requests(), ring.responses(), "seed " + SEED);
    assertTrue(ring.requests() > 1500, () -> ring.requests() + " requests");
  }

  /** Ends a run after a number of answers. */
  private static final class Countdown {
    private int left;

    Countdown(int left) {
      this.left = left;
    }

    EventSource around(EventSource source) {
      return new EventSource() {
        @Override
        public long budget(Position now) {
          return source.budget(now);
        }

        @Override
        public Answer poll(Machine machine, Boundary at) {
          return count(source.poll(machine, at));
        }

        @Override
        public Answer await(Machine machine, Boundary at) throws InterruptedException {
          return left < 0 ? new Answer.End("count") : count(source.await(machine, at));
        }

        private Answer count(Answer answer) {
          if (answer instanceof Answer.Delivery) {
            left--;
          } else if (left < 0) {
            return new Answer.End("count");
          }
          return answer;
        }
      };
    }
  }

  /** What the listeners of a back-end heard. */
  private static final class Heard {
    final List<HostException> warnings = new CopyOnWriteArrayList<>();
    final List<HostException> failures = new CopyOnWriteArrayList<>();

    BlockBackend backend(DiskImage image) {
      return new BlockBackend("disk0", image, warnings::add, failures::add);
    }
  }

  /** Eight requests are under way at once and all of them fail; people hear of it once. */
  @Test
  void shouldTellTheGuestOfEachFailureAndPeopleOfTheFirst() throws Exception {
    RecordedEvents log = new RecordedEvents();
    Run run = new Run("blkstress", "ops=10", CaptureMode.STRICT);
    run.domain().observe(log);
    run.domain().attach("console", run.console);
    Heard heard = new Heard();
    FailingImage image = new FailingImage(SECTORS, "No space left on device");
    BlockBackend backend = heard.backend(image);
    run.domain().attach("disk0", backend);
    image.fail(1);
    Outcome outcome = run.guest.start().get(60, TimeUnit.SECONDS);
    assertTrue(outcome instanceof Outcome.PoweredOff(int status) && status != 0, outcome::toString);
    run.console.close();
    assertTrue(run.output().contains(": status -1"), run.output());
    image.fail(Long.MAX_VALUE); // closing is another matter
    backend.close();
    assertTrue(backend.errors() > 1, () -> "seed " + SEED + ": " + backend.errors());
    assertEquals(1, heard.warnings.size(), heard.warnings::toString);
    String said = heard.warnings.getFirst().getMessage();
    assertTrue(
        said.matches(
            "the disk disk0 fails to (read|write) \\d+ sectors at \\d+: No space left on device;"
                + " .*"),
        said);
    assertEquals(List.of(), heard.failures);

    Run replayed = new Run("blkstress", "ops=10", CaptureMode.STRICT);
    replayed.domain().attach("console", replayed.console);
    Outcome again = replayed.guest.start(log.replay()).get(60, TimeUnit.SECONDS);
    if (again instanceof Outcome.Ended) {
      again = replayed.guest.start().get(60, TimeUnit.SECONDS); // what is left needs no event
    }
    assertEquals(outcome, again);
    replayed.console.close();
    assertEquals(run.output(), replayed.output());
    assertEquals(run.domain().machine().digest(), replayed.domain().machine().digest());
  }

  @Test
  void shouldTellOfAFailureWhenTheImageCannotBeClosed() throws Exception {
    Run run = new Run("blkstress", "ops=20", CaptureMode.STRICT);
    run.domain().attach("console", run.console);
    Heard heard = new Heard();
    FailingImage image = new FailingImage(SECTORS, "Input/output error");
    BlockBackend backend = heard.backend(image);
    run.domain().attach("disk0", backend);
    assertTrue(run.finish().contains("BLKSTRESS PASS"));
    image.fail(1);
    backend.close();
    assertEquals(List.of(), heard.warnings);
    assertEquals(1, heard.failures.size(), heard.failures::toString);
    assertTrue(heard.failures.getFirst().getMessage().contains("Input/output error"));
  }
}

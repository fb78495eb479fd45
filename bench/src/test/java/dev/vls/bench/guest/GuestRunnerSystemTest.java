package dev.vls.bench.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.bench.result.Metric;
import dev.vls.sma.Answer;
import dev.vls.sma.EventSource;
import dev.vls.vmm.Boundary;
import dev.vls.vmm.Machine;
import dev.vls.vmm.Position;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines that run in turns compute what they compute by themselves. */
class GuestRunnerSystemTest {
  private static final long TURN = 20_000;
  private static final Workload WORK = Workload.cpu("core", "n=50", 32L << 20);

  @TempDir private Path folder;
  private GuestRunner runner;

  @BeforeEach
  void makeRunner() {
    runner = new GuestRunner(GuestImages.ofHome(".."), folder);
  }

  private static double instructions(Measurement measurement) {
    return measurement.values().get(Metric.INSTRUCTIONS);
  }

  private static String checksum(Measurement measurement) throws WrongResultException {
    return GuestOutput.checksumLine("core", measurement.output());
  }

  @Test
  void shouldComputeTheSameWithPagingAndWithoutWhenInTurns() throws Exception {
    Measurement alone = runner.plain(WORK);

    TurnPair pair = runner.plainInTurns(WORK.with("n=50 paging=1"), WORK, TURN);

    assertEquals(checksum(alone), checksum(pair.second()));
    assertEquals(instructions(alone), instructions(pair.second()));
    assertEquals(checksum(alone), checksum(pair.first()));
    assertTrue(instructions(pair.first()) > instructions(alone), "page tables take some");
    long turns = (long) (instructions(alone) / TURN);
    assertTrue(turns > 2);
    assertEquals(turns / 2.0, pair.ratio().count(), 1);
    assertTrue(pair.ratio().mean() > 0);
  }

  @Test
  void shouldTellTheSidesApartWhicheverBegins() throws Exception {
    for (int pair = 0; pair < 2; pair++) {
      TurnPair both = runner.plainInTurns(WORK.with("n=40"), WORK.with("n=20"), TURN);

      assertTrue(instructions(both.first()) > instructions(both.second()));
    }
  }

  @Test
  void shouldAddUpWhatBothDid() throws Exception {
    TurnPair pair = runner.plainInTurns(WORK, WORK.with("n=20"), TURN);

    Measurement both = pair.together();

    assertEquals(instructions(pair.first()) + instructions(pair.second()), instructions(both));
    assertEquals(pair.first().output(), both.output());
    assertEquals(pair.ratio().mean(), both.values().get(Metric.RATIO));
    assertEquals(pair.ratio().count(), both.values().get(Metric.TURNS));
  }

  @Test
  void shouldReplayOneRecordingWhileAnotherIsMade() throws Exception {
    Path before = folder.resolve("before");
    Path meanwhile = folder.resolve("meanwhile");
    Measurement recorded = runner.record(WORK, before);

    TurnPair pair = runner.replayInTurns(WORK, meanwhile, before, TURN);

    assertEquals(checksum(recorded), checksum(pair.first()));
    assertEquals(recorded.output(), pair.second().output());
    assertEquals(recorded.values().get(Metric.EVENTS), pair.second().values().get(Metric.EVENTS));
    assertEquals(instructions(recorded), instructions(pair.second()));
    assertTrue(pair.ratio().count() > 1);
    Measurement again = runner.replay(meanwhile);
    assertEquals(pair.first().values().get(Metric.EVENTS), again.values().get(Metric.EVENTS));
  }

  @Test
  void shouldThrowWhenTheRecordingHasNoEnd() throws Exception {
    Path cut = folder.resolve("cut");
    assertThrows(
        IllegalStateException.class,
        () -> runner.record(WORK, cut, GuestRunnerSystemTest::failing));
    Workload endless = WORK.with("n=100000000");

    WrongResultException thrown =
        assertThrows(
            WrongResultException.class,
            () -> runner.replayInTurns(endless, folder.resolve("meanwhile"), cut, TURN));

    assertEquals("the recording " + cut + " has no end", thrown.getMessage());
  }

  @Test
  void shouldEndTheOtherMachineWhenOneFails() throws Exception {
    Workload endless = WORK.with("n=100000000");

    assertThrows(
        IllegalStateException.class,
        () ->
            new Relay(TURN)
                .run(
                    turns -> runner.plain(endless, turns::over),
                    turns -> runner.plain(WORK, source -> failing(turns.over(source)))));
  }

  /** A source that cannot go on after a while. */
  private static EventSource failing(EventSource source) {
    return new EventSource() {
      @Override
      public long budget(Position now) {
        return source.budget(now);
      }

      @Override
      public Answer poll(Machine machine, Boundary at) {
        if (at.position().instret() > 10 * TURN) {
          throw new IllegalStateException("no more");
        }
        return source.poll(machine, at);
      }

      @Override
      public Answer await(Machine machine, Boundary at) throws InterruptedException {
        return source.await(machine, at);
      }

      @Override
      public void delivered() {
        source.delivered();
      }
    };
  }
}

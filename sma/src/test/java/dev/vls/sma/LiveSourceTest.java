package dev.vls.sma;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.Boundary;
import dev.vls.vmm.Commit;
import dev.vls.vmm.FrameUpdate;
import dev.vls.vmm.Machine;
import dev.vls.vmm.Position;
import dev.vls.vmm.TimeBase;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Time and waiting on the live side. */
@Timeout(60)
class LiveSourceTest {
  private final FakeClock clock = new FakeClock();

  /** csrw stimecmp, a0 with a0 in x10; see {@link #sleeper}. */
  private static final int WRITE_STIMECMP_A0 = 0x14d5_1073;

  private static final int WRITE_SIE_T0 = 0x1042_9073; // csrw sie, t0
  private static final int LI_T0_STIE = 0x0200_0293; // li t0, 32

  /** Sleeps until 1000 ticks from now, again and again, with interrupts disabled. */
  private static TestDomain sleeper() {
    return TestDomain.of(
        LI_T0_STIE,
        WRITE_SIE_T0,
        0xc010_2573, // rdtime a0
        0x3e85_0513, // addi a0, a0, 1000
        WRITE_STIMECMP_A0,
        TestDomain.WFI,
        0xff1f_f06f); // j -16
  }

  @Test
  void shouldBoundRebasesWhenTheGuestIsBusy() throws Exception {
    TestDomain test = TestDomain.of(TestDomain.LOOP);
    EventSource live = test.domain.live(new WallTime(clock));
    List<Long> times = new ArrayList<>();
    long begin = clock.nowNs();
    // Host speed varies between 6 and 100 million instructions a second.
    EventSource source =
        new Ticking(live, clock, test.machine, times, new long[] {4_000_000, 1_000_000, 250_000});
    test.runSteps(source, 20_000_000);
    double seconds = (clock.nowNs() - begin) / 1e9;
    long rebases = test.domain.counters().rebases();
    assertTrue(rebases > 0 && rebases <= seconds / 0.05 + 1, rebases + " in " + seconds);
    assertEquals(rebases, test.domain.counters().events());
    for (int i = 1; i < times.size(); i++) {
      assertTrue(times.get(i) >= times.get(i - 1), "time ran backwards");
    }
    long off = Math.abs(test.machine.time() * 100 - (clock.nowNs() - begin));
    assertTrue(off < 500_000_000, "off by " + off);
  }

  /** The rate of guest time tells how fast the engine is. */
  @ParameterizedTest
  @CsvSource({
    "1000000, 20000",
    "50000000, 20000",
    "1000000000, 95000",
    "1500000000, 145000",
    "10000000000, 195000"
  })
  void shouldRunLongerBetweenTwoLooksWhereTheEngineIsFast(long perSecond, long budget) {
    TestDomain test = TestDomain.of(TestDomain.LOOP);
    EventSource live = test.domain.live(new WallTime(clock));
    byte[] page =
        ByteBuffer.allocate(TimeBase.LAYOUT_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(TimeBase.RATE_OFFSET, TimeBase.rateFor(perSecond))
            .array();
    FrameUpdate rate = new FrameUpdate(test.machine.timeBase().frame(), 0, page);
    test.machine.apply(new Commit(List.of(rate), List.of()));

    assertTrue(Math.abs(budget - live.budget(test.machine.position())) < 10);
  }

  @Test
  void shouldSleepOnTheClockWhenTheGuestIdles() throws Exception {
    TestDomain test = sleeper();
    WallTime time = new WallTime(clock);
    Boundary[] waited = new Boundary[1];
    List<Long> sleeps = new ArrayList<>();
    EventSource live = test.domain.live(time);
    EventSource source =
        new EventSource() {
          @Override
          public long budget(Position now) {
            return 1000;
          }

          @Override
          public Answer poll(Machine machine, Boundary at) {
            return live.poll(machine, at);
          }

          @Override
          public Answer await(Machine machine, Boundary at) throws InterruptedException {
            waited[0] = at;
            long sleep = time.sleepNs(machine);
            sleeps.add(sleep);
            clock.advance(sleep);
            Answer answer = live.await(machine, at);
            assertInstanceOf(Answer.Delivery.class, answer);
            return answer;
          }
        };
    test.runSteps(source, 500);
    assertEquals(Boundary.Kind.WFI, waited[0].kind());
    assertTrue(sleeps.size() > 50, () -> "waits " + sleeps.size());
    assertTrue(sleeps.stream().allMatch(ns -> ns > 0 && ns <= 100_100), sleeps::toString);
    assertEquals(
        sleeps.size(), test.domain.counters().events()); // one event a wake-up, no spinning
  }

  @Test
  void shouldJumpWithoutEventsWhenTimeIsVirtual() throws Exception {
    TestDomain test = sleeper();
    test.runSteps(test.domain.live(new VirtualTime()), 500);
    assertEquals(0, test.domain.counters().events());
    assertTrue(test.machine.time() > 50 * 1000, () -> "time " + test.machine.time());
  }

  /** The guest's deadline is behind the answer, however long the back-end takes. */
  @Test
  void shouldNotJumpWhenABackEndOwesAnAnswer() throws Exception {
    TestDomain test = sleeper();
    test.port.owed = true;
    Channel channel = test.attach().channel;
    List<Long> committedAt = new ArrayList<>();
    test.domain.observe(
        (at, event) -> {
          committedAt.add(test.machine.time());
          test.port.owed = false;
        });
    EventSource live = test.domain.live(new VirtualTime());
    FutureTask<Outcome> run = new FutureTask<>(() -> test.runSteps(live, 100));
    Thread domain = Thread.ofPlatform().daemon().start(run);
    while (domain.getState() != Thread.State.TIMED_WAITING && !run.isDone()) {
      Thread.onSpinWait();
    }
    assertFalse(run.isDone(), "it did not wait");
    channel.push(new Program().target(TestPort.RAM_FRAME).write(0, 1, 1));
    run.get();
    assertEquals(1, committedAt.size());
    assertTrue(committedAt.getFirst() < 1000, () -> "time of the answer: " + committedAt);
    assertTrue(test.machine.time() > 10 * 1000, () -> "time " + test.machine.time());
  }

  @Test
  void shouldJumpWhenTheBackEndThatOwesAnAnswerIsDetached() throws Exception {
    TestDomain test = sleeper();
    test.port.owed = true;
    TestBackend ignored = test.attach();
    test.domain.detach(TestDomain.DEVICE);
    test.runSteps(test.domain.live(new VirtualTime()), 500);
    assertTrue(test.machine.time() > 50 * 1000, () -> "time " + test.machine.time());
  }

  @Test
  void shouldStopWhenAVirtualMachineOnlyIdles() throws Exception {
    TestDomain test = sleeper();
    EventSource live = test.domain.live(new VirtualTime());
    long[] jumps = new long[1];
    EventSource source =
        new EventSource() {
          @Override
          public long budget(Position now) {
            return 1000;
          }

          @Override
          public Answer poll(Machine machine, Boundary at) {
            return live.poll(machine, at);
          }

          @Override
          public Answer await(Machine machine, Boundary at) throws InterruptedException {
            Answer answer = live.await(machine, at);
            if (answer.equals(Answer.JUMP) && ++jumps[0] == 5) {
              test.domain.stop("enough");
            }
            return answer;
          }
        };
    assertEquals(new Outcome.Ended("enough"), test.domain.run(source));
    assertEquals(5, jumps[0]);
  }

  @Test
  void shouldStopWhenTheMachineWaitsForNothing() throws Exception {
    TestDomain test = TestDomain.of(TestDomain.WFI, TestDomain.LOOP);
    Thread stopper = Thread.ofVirtual().start(() -> test.domain.stop("enough"));
    Outcome outcome = test.domain.run(test.domain.live(new WallTime(HostClock.SYSTEM)));
    assertEquals(new Outcome.Ended("enough"), outcome);
    stopper.join();
    // A domain that was stopped can be run on.
    test.attach().channel.push(new Program().target(TestPort.RAM_FRAME).write(0, 1, 1));
    test.domain.observe((at, event) -> test.domain.stop("again"));
    outcome = test.domain.run(test.domain.live(new VirtualTime()));
    assertEquals(new Outcome.Ended("again"), outcome);
  }

  @Test
  void shouldGiveEveryEventAPositionOfItsOwnWhenTheMachineGoesOnWaiting() throws Exception {
    TestDomain test = TestDomain.of(TestDomain.WFI, TestDomain.LOOP);
    Recording recording = new Recording(test);
    EventSource live = test.domain.live(new VirtualTime());
    Channel channel = test.attach().channel;
    for (int i = 0; i < 200; i++) {
      channel.push(new Program().target(TestPort.RAM_FRAME).write(0, 4, i));
    }
    test.runSteps(live, 4);
    assertEquals(4, recording.entries.size());
    assertEquals(
        4, recording.entries.stream().map(entry -> entry.at().position()).distinct().count());
  }

  /** Moves the clock at every boundary, and notes guest time there. */
  private record Ticking(
      EventSource live, FakeClock clock, Machine machine, List<Long> times, long[] advances)
      implements EventSource {
    @Override
    public long budget(Position now) {
      return live.budget(now);
    }

    @Override
    public Answer poll(Machine same, Boundary at) {
      clock.advance(advances[(int) (at.position().steps() / 5_000_000) % advances.length]);
      times.add(machine.time());
      return live.poll(machine, at);
    }

    @Override
    public Answer await(Machine same, Boundary at) throws InterruptedException {
      return live.await(machine, at);
    }
  }
}

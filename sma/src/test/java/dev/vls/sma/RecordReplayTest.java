package dev.vls.sma;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A run with random events, and its replay in slices of random length: the same state at every
 * event and at the end.
 */
class RecordReplayTest {
  private static final long STEPS_LIMIT = 4_000_000;

  private record Guest(byte[] image, String arguments, int slice) {}

  private static Guest guest(String name) {
    return switch (name) {
      case "clock" -> new Guest(TestDomain.guest(name), "ticks=20 period_us=300", 30_000);
      case "timerstorm" -> new Guest(TestDomain.guest(name), "n=3000", 5_000);
      default -> new Guest(TestDomain.guest(name), "x=1", 200);
    };
  }

  @ParameterizedTest
  @CsvSource({
    "hello, wall, 1",
    "hello, wall, 2",
    "hello, virtual, 3",
    "hello, virtual, 4",
    "clock, wall, 5",
    "clock, wall, 6",
    "clock, virtual, 7",
    "clock, virtual, 8",
    "timerstorm, wall, 9",
    "timerstorm, wall, 10",
    "timerstorm, virtual, 11",
    "echo, wall, 12",
    "echo, virtual, 13",
    "wildpointers, wall, 14",
    "wildpointers, virtual, 15"
  })
  void shouldComeToTheSameStatesWhenARunIsReplayed(String name, String policy, long seed)
      throws Exception {
    Guest guest = guest(name);
    boolean virtual = policy.equals("virtual");
    TestDomain live = domain(guest);
    Recording recording = new Recording(live);
    FakeClock clock = new FakeClock();
    TimePolicy time = virtual ? new VirtualTime() : new WallTime(clock);
    RandomWorld world = new RandomWorld(live, time, clock, new Random(seed), guest.slice());
    Outcome outcome = live.runSteps(world, STEPS_LIMIT);
    assertTrue(recording.entries.size() > 10, () -> "events: " + recording.entries.size());
    assertDistinctPositions(recording);
    for (int longest : new int[] {40_000, 3_000}) {
      replay(guest, live, recording, outcome, new Random(seed + longest), longest, virtual);
    }
  }

  private static void replay(
      Guest guest,
      TestDomain live,
      Recording recording,
      Outcome outcome,
      Random random,
      int longest,
      boolean virtual)
      throws Exception {
    TestDomain replay = domain(guest);
    ListSource source = new ListSource(recording, random, longest, virtual);
    replay.domain.observe(
        (at, event) -> {
          int number = (int) replay.gate.events() - 1;
          assertEquals(recording.entries.get(number).after(), Recording.Snapshot.of(replay, at));
        });
    long end = live.machine.position().steps();
    assertEquals(outcome, replay.runSteps(source, end));
    assertTrue(source.finished());
    assertEquals(
        Recording.Snapshot.of(live, live.machine.boundary()),
        Recording.Snapshot.of(replay, replay.machine.boundary()));
    assertArrayEquals(live.machine.memoryHash(), replay.machine.memoryHash());
    assertArrayEquals(live.machine.registerHash(), replay.machine.registerHash());
  }

  private static void assertDistinctPositions(Recording recording) {
    long last = -1;
    for (Recording.Entry entry : recording.entries) {
      assertTrue(entry.at().position().steps() > last, () -> "twice at " + entry.at());
      last = entry.at().position().steps();
    }
  }

  private static TestDomain domain(Guest guest) {
    return new TestDomain(
        guest.image(), guest.arguments(), TestDomain.openGate(), CaptureMode.STRICT);
  }
}

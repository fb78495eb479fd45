package dev.vls.replay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.log.LogException;
import dev.vls.log.LogPosition;
import dev.vls.log.store.LogReader;
import dev.vls.replay.Recordings.Ended;
import dev.vls.sma.Answer;
import dev.vls.sma.EventSource;
import dev.vls.sma.Outcome;
import dev.vls.sma.OutputGate;
import dev.vls.vmm.Boundary;
import dev.vls.vmm.HartSchedule;
import dev.vls.vmm.Machine;
import dev.vls.vmm.Position;
import dev.vls.vmm.SavedState;
import dev.vls.vmm.StateException;
import dev.vls.vmm.StateHash;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A run that is saved anywhere, restored into a fresh machine and continued there, is the same run:
 * equal digests all the way. The events come from a recording, so that devices with a world behind
 * them take part.
 */
class RestoreSystemTest {
  private static final long SEED = Long.getLong("vls.seed", 20261127L);
  private static final int STOPS = Boolean.getBoolean("vls.long") ? 60 : 5;

  /** Where both runs are compared again, behind the stop. */
  private static final int LOOKS = 3;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  @ParameterizedTest
  @CsvSource({
    "abi, '', '', NONE, 1",
    "smp, rounds=30, '', NONE, 3",
    "clock, ticks=20 period_us=200, '', NONE, 1",
    "echo, '', 'one\ntwo\nquit\n', NONE, 1",
    "timerstorm, n=2000, '', NONE, 1",
    "wildpointers, '', '', NONE, 1",
    "blkstress, ops=150 span=512, '', XEN, 1",
    "ledger, '', 'T 1 0 1 100\nT 2 1 0 5\nQ\n', XEN, 2",
    "badring, '', '', XEN, 1",
    "virtio, ops=80 span=512, '', VIRTIO, 2",
    "badvirtio, '', '', VIRTIO, 1"
  })
  void shouldGoOnEquallyWhenRestoredAnywhere(
      String guest, String arguments, String typed, String devices, int harts) throws Exception {
    MachineSpec bare =
        Recordings.spec(guest, arguments, MachineSpec.Time.WALL)
            .withHarts(harts, new HartSchedule(1000, 5));
    MachineSpec spec =
        switch (devices) {
          case "XEN" -> Recordings.withDisk(bare);
          case "VIRTIO" -> Recordings.withVirtio(bare);
          default -> bare;
        };
    Path log = folder.resolve("log");
    byte[] input = typed.getBytes(StandardCharsets.US_ASCII);
    Ended recorded = Recordings.record(spec, new ByteArrayInputStream(input), log);
    assertEquals(new Outcome.PoweredOff(0), recorded.outcome());
    SplittableRandom random = new SplittableRandom(SEED + guest.hashCode());
    long last = recorded.position().steps();
    for (int i = 0; i < STOPS; i++) {
      long stop = random.nextLong(last);
      String where = "vls.seed=" + SEED + ", step " + stop + " of " + log;
      saveAndGoOn(log, stop, random.split(), recorded, where);
    }
  }

  private static void saveAndGoOn(
      Path log, long stop, SplittableRandom random, Ended recorded, String where) throws Exception {
    try (Run saved = new Run(log);
        Run restored = new Run(log)) {
      saved.runTo(stop);
      SavedState state = SavedState.of(saved.vm.domain());
      restored.runTo(random.nextLong(1 + stop) / 2); // what it was before must not matter
      SavedState.wrap(state.bytes()).restore(restored.vm.domain());
      restored.skipTo(saved.position());
      assertArrayEquals(state.bytes(), SavedState.of(restored.vm.domain()).bytes(), where);
      long last = recorded.position().steps();
      for (int look = 1; look <= LOOKS; look++) {
        long next = stop + (last - stop) * look / LOOKS;
        saved.runTo(next);
        restored.runTo(next);
        assertEquals(saved.position(), restored.position(), where);
        assertEquals(saved.digests(), restored.digests(), where);
      }
      assertEquals(new Outcome.PoweredOff(0), restored.runTo(Long.MAX_VALUE), where);
      assertEquals(recorded.digests().subList(0, 2), restored.hashes(), where);
    }
  }

  @ParameterizedTest
  @CsvSource({"virtio, ops=20 span=512, VIRTIO", "blkstress, ops=20 span=512, XEN"})
  void shouldRefuseOrTakeWhenTheSavedStateIsGarbage(String guest, String arguments, String devices)
      throws Exception {
    MachineSpec bare = Recordings.spec(guest, arguments, MachineSpec.Time.WALL);
    MachineSpec spec =
        devices.equals("XEN") ? Recordings.withDisk(bare) : Recordings.withVirtio(bare);
    Path log = folder.resolve("log");
    Ended recorded = Recordings.record(spec, new ByteArrayInputStream(new byte[0]), log);
    byte[] good;
    try (Run run = new Run(log)) {
      run.runTo(recorded.position().steps() / 2);
      good = SavedState.of(run.vm.domain()).bytes();
    }
    SplittableRandom random = new SplittableRandom(SEED);
    int refused = 0;
    try (Run run = new Run(log)) {
      for (int i = 0; i < 150; i++) {
        byte[] bad = damaged(good, random);
        try {
          SavedState.wrap(bad).restore(run.vm.domain());
        } catch (StateException e) {
          refused++;
        }
      }
      byte[] cut = Arrays.copyOf(good, good.length - 1);
      assertThrows(StateException.class, () -> SavedState.wrap(cut).restore(run.vm.domain()));
      byte[] longer = Arrays.copyOf(good, good.length + 1);
      assertThrows(StateException.class, () -> SavedState.wrap(longer).restore(run.vm.domain()));
      byte[] newer = good.clone();
      newer[0] = SavedState.VERSION + 1;
      assertThrows(StateException.class, () -> SavedState.wrap(newer).restore(run.vm.domain()));
      SavedState.wrap(good).restore(run.vm.domain());
      assertArrayEquals(good, SavedState.of(run.vm.domain()).bytes());
    }
    assertTrue(refused > 10, "refused " + refused);
  }

  /** Damages what is no memory as well: that is a small part of a state. */
  private static byte[] damaged(byte[] good, SplittableRandom random) {
    byte[] bad = good.clone();
    int from = random.nextBoolean() ? 0 : good.length - 6000;
    int at = from + random.nextInt(6000);
    switch (random.nextInt(3)) {
      case 0 -> bad[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> Arrays.fill(bad, at & -8, (at & -8) + 8, (byte) -1);
      default -> bad = Arrays.copyOf(bad, at);
    }
    return bad;
  }

  @ParameterizedTest
  @CsvSource({"1, 2", "2, 1", "2, 3"})
  void shouldRefuseWhenTheConfigurationIsAnother(int harts, int others) throws Exception {
    MachineSpec spec = Recordings.spec("smp", "", MachineSpec.Time.VIRTUAL);
    try (VirtualMachine one = machine(spec.withHarts(harts, HartSchedule.DEFAULT));
        VirtualMachine other = machine(spec.withHarts(others, HartSchedule.DEFAULT))) {
      SavedState state = SavedState.of(one.domain());
      assertThrows(StateException.class, () -> state.restore(other.domain()));
    }
  }

  private static VirtualMachine machine(MachineSpec spec) throws Exception {
    return VirtualMachine.create(spec, StandardDevices.KINDS, OutputGate.Release.IMMEDIATE);
  }

  /** A replay that stops where it is told, and compares nothing by itself. */
  private static final class Run implements AutoCloseable, EventSource {
    final VirtualMachine vm;
    private final LogReader reader;
    private final EventFeed feed;
    private long stop;

    Run(Path log) throws Exception {
      reader = LogReader.open(log);
      feed = new LogFeed(reader);
      vm = machine(Recordings.recorded(reader));
    }

    Outcome runTo(long steps) throws InterruptedException {
      stop = steps;
      return vm.domain().run(this);
    }

    Position position() {
      return vm.domain().machine().position();
    }

    List<Long> digests() {
      dev.vls.vmm.StateDigest digest = vm.domain().machine().digest();
      StateHash ports = new StateHash();
      vm.domain().savePorts(ports);
      return List.of(digest.harts(), digest.devices(), digest.memory(), ports.value());
    }

    List<String> hashes() {
      Machine machine = vm.domain().machine();
      return List.of(
          HexFormat.of().formatHex(machine.registerHash()),
          HexFormat.of().formatHex(machine.memoryHash()));
    }

    /** Passes over the events that were delivered to the run that was saved. */
    void skipTo(Position now) throws InterruptedException {
      while (feed.peek() instanceof EventFeed.Item.Next(var event)
          && event.position().steps() < now.steps()) {
        feed.advance();
      }
    }

    private long nextSteps() {
      try {
        return switch (feed.peek()) {
          case EventFeed.Item.Next(var event) -> event.position().steps();
          case EventFeed.Item.Progress(LogPosition position) -> position.steps();
          default -> Long.MAX_VALUE;
        };
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public long budget(Position now) {
      return Math.max(1, Math.min(nextSteps(), stop) - now.steps());
    }

    @Override
    public Answer poll(Machine machine, Boundary at) {
      long now = at.position().steps();
      if (now >= stop) {
        return new Answer.End("here");
      }
      if (nextSteps() > now) {
        return Answer.CONTINUE;
      }
      try {
        Answer answer = EventDecoder.decode(((EventFeed.Item.Next) feed.peek()).event());
        feed.advance();
        return answer;
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public Answer await(Machine machine, Boundary at) {
      return poll(machine, at);
    }

    @Override
    public void close() throws LogException {
      vm.close();
      reader.close();
    }
  }
}

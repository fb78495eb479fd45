package dev.vls.replay;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.vls.log.BrkFrame;
import dev.vls.log.Bytes;
import dev.vls.log.EndFrame;
import dev.vls.log.Event;
import dev.vls.log.FrameUpdate;
import dev.vls.log.LogException;
import dev.vls.log.LogPosition;
import dev.vls.log.Sha256;
import dev.vls.log.SmaFrame;
import dev.vls.log.store.LogDirectory;
import dev.vls.log.store.LogReader;
import dev.vls.log.store.LogWriter;
import dev.vls.log.store.LogWriterConfig;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Well-formed logs that tell of another run: the replay stops and says where and why. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class DivergenceTest {
  private static final int FUZZED_LOGS = 150;

  /** A 64-bit digest that no state has. */
  private static final BrkFrame.StateDigest WRONG = new BrkFrame.StateDigest(1, 2, 3, 4, 5);

  @TempDir private static Path folder;
  private static final List<Event> EVENTS = new ArrayList<>();
  private static EndFrame end;
  private static LogDirectory recorded;
  private static int input;

  @TempDir private Path target;

  @BeforeAll
  static void record() throws Exception {
    Dialogue dialogue = new Dialogue(List.of("one", "two", "three", "four", "quit"));
    Path log = folder.resolve("log");
    MachineSpec spec = Recordings.spec("echo", "", MachineSpec.Time.WALL);
    Recordings.record(spec, dialogue.keyboard(), dialogue.screen(), log, LogWriterConfig.DEFAULT);
    try (LogReader reader = LogReader.open(log)) {
      recorded = reader.directory();
      EVENTS.addAll(events(reader));
      end = reader.end().orElseThrow();
    }
    input = indexOfTyped("three");
  }

  static Stream<Arguments> changedInstants() {
    return Stream.of(
        change("replay differs", brk -> moved(brk, position(brk.position(), -1, 0))),
        change("the position", brk -> moved(brk, position(brk.position(), 1, -1))),
        change("the kind of instant", brk -> kind(brk, BrkFrame.InstantKind.SBI)),
        change("the kind of instant", brk -> kind(brk, BrkFrame.InstantKind.EMULATED)),
        change("the program counter", brk -> pc(brk, brk.pc() + 4)),
        change("the hart", brk -> hart(brk, brk.hart() + 1)),
        change("the guest's mark", brk -> mark(brk, "never said")),
        change("the register digest", brk -> digest(brk, WRONG)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("changedInstants")
  void shouldNameWhatDiffersWhenAnInstantWasChanged(String what, UnaryOperator<BrkFrame> change)
      throws Exception {
    List<Event> events = new ArrayList<>(EVENTS);
    events.set(input, with(events.get(input), change));
    DivergenceReport report = diverged(events, end);
    assertTrue(report.headline().contains(what), report::headline);
    assertFalse(report.expected().equals(report.found()), report::headline);
    assertTrue(report.headline().contains(report.position().toString()), report::headline);
    assertFalse(report.lastEvents().isEmpty());
    String before = EVENTS.get(input - 1).position().toString();
    assertTrue(report.text().contains(before), report::text);
    assertTrue(report.text().contains("x31 "), report::text);
  }

  @Test
  void shouldDivergeWhenAByteOfInputWasChanged() throws Exception {
    List<Event> events = new ArrayList<>(EVENTS);
    events.set(input, with(events.get(input), DivergenceTest::otherLetter));
    DivergenceReport report = diverged(events, end);
    assertTrue(report.headline().contains("output"), report::headline);
  }

  @Test
  void shouldDivergeWhenAByteFromTheDiskWasChanged() throws Exception {
    Path log = folder.resolve("disk");
    MachineSpec spec = Recordings.spec("blkstress", "ops=20 span=512", MachineSpec.Time.VIRTUAL);
    MachineSpec disk = Recordings.withDisk(spec);
    Recordings.record(disk, InputStream.nullInputStream(), log);
    try (LogReader reader = LogReader.open(log)) {
      List<Event> events = events(reader);
      assertTrue(events.stream().anyMatch(event -> !event.sma().isEmpty()));
      events.replaceAll(DivergenceTest::firstByteChanged);
      Path changed = written(reader.directory(), events, reader.end().orElseThrow());
      assertThrows(DivergenceException.class, () -> Recordings.replay(changed));
    }
  }

  @Test
  void shouldDivergeWhenOtherPortsAreActivated() throws Exception {
    List<Event> events = new ArrayList<>(EVENTS);
    events.set(input, with(events.get(input), brk -> ports(brk, List.of(1, 2, 3, 4))));
    diverged(events, end);
  }

  @Test
  void shouldDivergeWhenAnEventIsMissing() throws Exception {
    List<Event> events = new ArrayList<>(EVENTS);
    events.remove(input);
    diverged(events, end);
  }

  @Test
  void shouldDivergeWhenTheEndWasChanged() throws Exception {
    EndFrame.FinalDigests d = end.digests();
    Sha256 other = Sha256.of(new byte[1]);
    LogPosition p = end.position();
    long bytes = end.outputBytes();
    EndFrame.ExitReason off = EndFrame.ExitReason.POWERED_OFF;
    assertEnd("the position of the end", new EndFrame(position(p, 1, 0), off, 0, d, bytes));
    assertEnd("the reason", new EndFrame(p, EndFrame.ExitReason.STOPPED, 0, d, bytes));
    assertEnd("the reason", new EndFrame(p, EndFrame.ExitReason.REBOOT, 0, d, bytes));
    assertEnd("exit status", new EndFrame(p, off, 1, d, bytes));
    assertEnd("output messages", new EndFrame(p, off, 0, d, bytes + 1));
    assertEnd("register hash", end(new EndFrame.FinalDigests(other, d.ram(), d.output())));
    assertEnd("memory hash", end(new EndFrame.FinalDigests(d.registers(), other, d.output())));
    assertEnd("output hash", end(new EndFrame.FinalDigests(d.registers(), d.ram(), other)));
  }

  @Test
  void shouldRefuseWhenAnEventNeedsWhatIsNotThere() throws Exception {
    List<Event> events = new ArrayList<>(EVENTS);
    SmaFrame.Content elsewhere = new SmaFrame.Reference(7, 0, 16, Sha256.of(new byte[16]));
    SmaFrame frame = new SmaFrame(1, List.of(new SmaFrame.IoVector(5, 0, elsewhere)));
    events.set(input, new Event(List.of(frame), EVENTS.get(input).brk()));
    Path log = written(events, end);
    ReplayException refused = assertThrows(ReplayException.class, () -> Recordings.replay(log));
    assertTrue(refused.getMessage().contains("source 7"), refused::getMessage);
  }

  /** Whatever a log stores wherever: the replay ends, equal or with a report. */
  @Test
  void shouldEndInOrderWhenEventsStoreAnythingAnywhere() throws Exception {
    long seed = Long.getLong("vls.seed", System.nanoTime());
    Random random = new Random(seed);
    int equal = 0;
    for (int n = 0; n < FUZZED_LOGS; n++) {
      List<Event> events = new ArrayList<>(EVENTS);
      int at = random.nextInt(events.size());
      events.set(at, with(events.get(at), brk -> wild(brk, random)));
      try {
        equal += replayedEqually(events, end) ? 1 : 0;
      } catch (RuntimeException e) {
        fail("seed " + seed + ", log " + n + ": " + events.get(at), e);
      }
    }
    int unnoticed = equal;
    assertTrue(unnoticed < FUZZED_LOGS / 10, () -> "seed " + seed + ": " + unnoticed);
  }

  private void assertEnd(String what, EndFrame changed) throws Exception {
    DivergenceReport report = diverged(EVENTS, changed);
    assertTrue(report.headline().contains(what), report::headline);
  }

  private DivergenceReport diverged(List<Event> events, EndFrame last) throws Exception {
    Path log = written(events, last);
    return assertThrows(DivergenceException.class, () -> Recordings.replay(log)).report();
  }

  private boolean replayedEqually(List<Event> events, EndFrame last) throws Exception {
    try {
      Recordings.replay(written(events, last));
      return true;
    } catch (DivergenceException e) {
      return false;
    }
  }

  private Path written(List<Event> events, EndFrame last) throws Exception {
    return written(recorded, events, last);
  }

  private Path written(LogDirectory of, List<Event> events, EndFrame last) throws Exception {
    Path log = target.resolve("log" + System.nanoTime());
    var guest = of.manifest().images().getFirst();
    LogDirectory directory =
        LogDirectory.create(log, of.manifest(), Map.of(guest.role(), of.readImage(guest)));
    try (LogWriter writer = LogWriter.create(directory, LogWriterConfig.DEFAULT)) {
      for (Event event : events) {
        writer.append(event);
      }
      writer.complete(last);
    }
    return log;
  }

  private static List<Event> events(LogReader reader) throws LogException {
    List<Event> events = new ArrayList<>();
    for (Optional<Event> e = reader.next(); e.isPresent(); e = reader.next()) {
      events.add(e.get());
    }
    return events;
  }

  /** Changes the first byte that an event's first SMA frame stores. */
  private static Event firstByteChanged(Event event) {
    if (event.sma().isEmpty()) {
      return event;
    }
    List<SmaFrame> frames = new ArrayList<>(event.sma());
    List<SmaFrame.IoVector> vectors = new ArrayList<>(frames.getFirst().vectors());
    SmaFrame.IoVector first = vectors.getFirst();
    byte[] bytes = ((SmaFrame.Inline) first.content()).bytes().toArray();
    bytes[0] ^= 1;
    SmaFrame.Inline other = new SmaFrame.Inline(Bytes.wrap(bytes));
    vectors.set(0, new SmaFrame.IoVector(first.frame(), first.offset(), other));
    frames.set(0, new SmaFrame(frames.getFirst().channel(), vectors));
    return new Event(frames, event.brk());
  }

  private static int indexOfTyped(String text) {
    for (int i = 0; i < EVENTS.size(); i++) {
      for (FrameUpdate update : EVENTS.get(i).brk().updates()) {
        if (ascii(update).contains(text)) {
          return i;
        }
      }
    }
    throw new AssertionError("nobody typed " + text);
  }

  private static String ascii(FrameUpdate update) {
    return new String(update.bytes().shared(), java.nio.charset.StandardCharsets.US_ASCII);
  }

  private static BrkFrame otherLetter(BrkFrame brk) {
    List<FrameUpdate> updates = new ArrayList<>(brk.updates());
    updates.replaceAll(
        update -> {
          byte[] bytes = update.bytes().toArray();
          if (ascii(update).startsWith("three")) {
            bytes[1] ^= 1;
          }
          return new FrameUpdate(update.frame(), update.offset(), Bytes.wrap(bytes));
        });
    return updates(brk, updates);
  }

  /** Stores random bytes to a random frame behind RAM, where all devices are, or in RAM. */
  private static BrkFrame wild(BrkFrame brk, Random random) {
    int ramFrames = (int) (Recordings.RAM_BYTES / FrameUpdate.FRAME_BYTES);
    int frame =
        random.nextInt(20) == 0 ? random.nextInt(ramFrames) : ramFrames + random.nextInt(48);
    byte[] bytes = new byte[1 + random.nextInt(64)];
    random.nextBytes(bytes);
    int offset = random.nextInt(3) == 0 ? random.nextInt(4000) : random.nextInt(40);
    List<FrameUpdate> updates = new ArrayList<>(brk.updates());
    updates.add(new FrameUpdate(frame, offset, Bytes.wrap(bytes)));
    BrkFrame stored = updates(brk, updates);
    return random.nextInt(4) == 0 ? ports(stored, List.of(random.nextInt(), 1, 4095)) : stored;
  }

  private static LogPosition position(LogPosition p, long instret, long traps) {
    return new LogPosition(p.instret() + instret, p.traps() + traps);
  }

  private static EndFrame end(EndFrame.FinalDigests digests) {
    return new EndFrame(end.position(), end.reason(), end.exitCode(), digests, end.outputBytes());
  }

  private static Arguments change(String what, UnaryOperator<BrkFrame> change) {
    return Arguments.of(what, change);
  }

  private static Event with(Event event, UnaryOperator<BrkFrame> change) {
    return new Event(event.sma(), change.apply(event.brk()));
  }

  private static BrkFrame moved(BrkFrame b, LogPosition to) {
    return new BrkFrame(to, b.kind(), b.hart(), b.pc(), b.updates(), b.ports());
  }

  private static BrkFrame kind(BrkFrame b, BrkFrame.InstantKind kind) {
    return new BrkFrame(b.position(), kind, b.hart(), b.pc(), b.updates(), b.ports());
  }

  private static BrkFrame pc(BrkFrame b, long pc) {
    return new BrkFrame(b.position(), b.kind(), b.hart(), pc, b.updates(), b.ports());
  }

  private static BrkFrame hart(BrkFrame b, int hart) {
    return new BrkFrame(b.position(), b.kind(), hart, b.pc(), b.updates(), b.ports());
  }

  private static BrkFrame updates(BrkFrame b, List<FrameUpdate> updates) {
    return new BrkFrame(b.position(), b.kind(), b.hart(), b.pc(), updates, b.ports());
  }

  private static BrkFrame ports(BrkFrame b, List<Integer> ports) {
    return new BrkFrame(b.position(), b.kind(), b.hart(), b.pc(), b.updates(), ports);
  }

  private static BrkFrame mark(BrkFrame b, String mark) {
    return new BrkFrame(
        b.position(),
        b.kind(),
        b.hart(),
        b.pc(),
        b.updates(),
        b.ports(),
        b.results(),
        b.digest(),
        mark,
        b.remark());
  }

  private static BrkFrame digest(BrkFrame b, BrkFrame.StateDigest digest) {
    return new BrkFrame(
        b.position(),
        b.kind(),
        b.hart(),
        b.pc(),
        b.updates(),
        b.ports(),
        b.results(),
        Optional.of(digest),
        b.mark(),
        b.remark());
  }
}

package dev.vls.log;

import dev.vls.log.BrkFrame.InstantKind;
import dev.vls.log.BrkFrame.StateDigest;
import dev.vls.log.EndFrame.ExitReason;
import dev.vls.log.EndFrame.FinalDigests;
import dev.vls.log.MachineConfig.CaptureMode;
import dev.vls.log.MachineConfig.Device;
import dev.vls.log.MachineConfig.StartMode;
import dev.vls.log.MachineConfig.TimePolicy;
import dev.vls.log.SmaFrame.Inline;
import dev.vls.log.SmaFrame.IoVector;
import dev.vls.log.SmaFrame.Reference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Manifests and events that tests write and read again; the same seed always gives the same ones.
 */
public final class LogSamples {
  public static final byte[] KERNEL = "a kernel".getBytes(StandardCharsets.US_ASCII);

  private LogSamples() {}

  public static MachineConfig machine() {
    return new MachineConfig(
        256L << 20,
        1,
        TimePolicy.WALL,
        100_000_000,
        StartMode.SUPERVISOR,
        "console=hvc0",
        CaptureMode.STRICT,
        List.of(
            new Device(
                "block",
                "disk0",
                MachineConfig.sorted(Map.of("ro", "false", "overlay", "x")),
                1 << 20,
                Sha256.of(new byte[] {1})),
            new Device("console", "console0", MachineConfig.sorted(Map.of()), 0, Sha256.NONE)),
        MachineConfig.sorted(Map.of("quantum", "10000")));
  }

  public static Manifest manifest() {
    return new Manifest(
        List.of(),
        "vls test",
        1_700_000_000_000L,
        machine(),
        List.of(new Manifest.Image("kernel", "hello.elf", Sha256.of(KERNEL), KERNEL.length)));
  }

  public static Map<String, byte[]> images() {
    return Map.of("kernel", KERNEL);
  }

  /** What a re-base of time looks like: 16 bytes for the time page, nothing else. */
  public static Event timeRebase(long instret, long traps) {
    return new Event(
        List.of(),
        new BrkFrame(
            new LogPosition(instret, traps),
            InstantKind.INTR,
            0,
            0xffff_ffff_8000_1234L,
            List.of(new FrameUpdate(65_540, 0, Bytes.wrap(new byte[16]))),
            List.of()));
  }

  /** Returns {@code count} events at increasing positions with a bit of everything in them. */
  public static List<Event> events(int count, long seed) {
    Random random = new Random(seed);
    List<Event> events = new ArrayList<>();
    LogPosition position = LogPosition.START;
    for (int i = 0; i < count; i++) {
      events.add(event(position, random));
      position =
          new LogPosition(
              position.instret() + random.nextInt(100_000),
              position.traps() + 1 + random.nextInt(3));
    }
    return events;
  }

  /** As {@link #events}, and each third with a remark; the golden logs are of before remarks. */
  public static List<Event> remarkedEvents(int count, long seed) {
    List<Event> events = events(count, seed);
    for (int i = 0; i < count; i += 3) {
      events.set(i, remarked(events.get(i), "remark\n\ud83d\ude00 " + i));
    }
    return events;
  }

  /** Returns {@code event} with a remark. */
  public static Event remarked(Event event, String remark) {
    BrkFrame brk = event.brk();
    return new Event(
        event.sma(),
        new BrkFrame(
            brk.position(),
            brk.kind(),
            brk.hart(),
            brk.pc(),
            brk.updates(),
            brk.ports(),
            brk.results(),
            brk.digest(),
            brk.mark(),
            remark));
  }

  private static Event event(LogPosition position, Random random) {
    List<SmaFrame> sma = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      sma.add(sma(random));
    }
    List<FrameUpdate> updates = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      updates.add(new FrameUpdate(random.nextInt(1 << 20), random.nextInt(4000), bytes(random)));
    }
    List<Integer> ports = random.nextBoolean() ? List.of() : List.of(random.nextInt(4096), 1);
    InstantKind[] kinds = InstantKind.values();
    return new Event(
        sma,
        new BrkFrame(
            position,
            kinds[random.nextInt(kinds.length)],
            random.nextInt(2),
            random.nextBoolean() ? random.nextLong() : random.nextInt(1 << 16),
            updates,
            ports,
            random.nextInt(4) == 0 ? bytes(random) : Bytes.EMPTY,
            random.nextInt(4) == 0
                ? Optional.of(
                    new StateDigest(random.nextLong(), random.nextLong(), 0, random.nextLong(), 77))
                : Optional.empty(),
            random.nextInt(8) == 0 ? "mark \u00e9 " + random.nextInt(10) : "",
            ""));
  }

  private static SmaFrame sma(Random random) {
    List<IoVector> vectors = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      vectors.add(
          new IoVector(
              random.nextInt(1 << 20),
              random.nextInt(4000),
              random.nextInt(3) == 0
                  ? new Reference(
                      random.nextInt(3), random.nextInt(1 << 30), 90, Sha256.of(new byte[0]))
                  : new Inline(bytes(random))));
    }
    return new SmaFrame(random.nextInt(5), vectors);
  }

  private static Bytes bytes(Random random) {
    byte[] bytes = new byte[random.nextInt(90)];
    random.nextBytes(bytes);
    return Bytes.wrap(bytes);
  }

  /** Returns an end right after the last event. */
  public static EndFrame end(List<Event> events) {
    LogPosition last = events.isEmpty() ? LogPosition.START : events.getLast().position();
    return new EndFrame(
        new LogPosition(last.instret() + 5, last.traps()),
        ExitReason.POWERED_OFF,
        0,
        new FinalDigests(Sha256.of(new byte[] {1}), Sha256.of(new byte[] {2}), Sha256.NONE),
        1234);
  }
}

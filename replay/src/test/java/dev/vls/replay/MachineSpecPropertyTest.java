package dev.vls.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.log.Bytes;
import dev.vls.log.LogException;
import dev.vls.log.Manifest;
import dev.vls.log.Sha256;
import dev.vls.log.store.LogDirectory;
import dev.vls.sma.CaptureMode;
import dev.vls.sma.OutputGate;
import dev.vls.vmm.HartSchedule;
import dev.vls.vmm.MachineConfig;
import dev.vls.vmm.RngSeed;
import dev.vls.vmm.hart.Firmware;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;

/** A machine and the manifest of its recordings; manifests that somebody made up. */
class MachineSpecPropertyTest {
  private static final byte[] IMAGE = {0x6f, 0, 0, 0}; // jumps to itself

  private static Path folder;

  @AfterContainer
  static void remove() throws IOException {
    if (folder != null) {
      try (var files = Files.walk(folder)) {
        for (Path file : files.sorted(Collections.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  @Property(tries = 200)
  void shouldBeTheSameMachineWhenReadBackFromItsManifest(
      @ForAll("machines") MachineConfig machine,
      @ForAll MachineSpec.Time time,
      @ForAll CaptureMode capture,
      @ForAll("devices") List<DeviceSpec> devices,
      @ForAll byte[] image)
      throws LogException {
    MachineSpec spec =
        new MachineSpec(
            machine, time, capture, GuestImages.guest("a guest", Bytes.wrap(image)), devices);
    Manifest manifest = spec.manifest("test", 7);
    assertEquals(spec, MachineSpec.of(manifest, Map.of("guest", image)));
    assertEquals(Sha256.of(image), manifest.images().getFirst().sha256());
    assertEquals(image.length, manifest.images().getFirst().sizeBytes());
  }

  @Provide
  Arbitrary<MachineConfig> machines() {
    return Combinators.combine(
            Arbitraries.longs().between(2048, 512_000).map(frames -> frames << 12),
            Arbitraries.of(Firmware.values()),
            Arbitraries.strings().ascii().excludeChars('\0').ofMaxLength(2047),
            Arbitraries.longs().between(1_000_000, Long.MAX_VALUE),
            Arbitraries.longs().between(0, Long.MAX_VALUE),
            Arbitraries.integers().between(1, MachineConfig.MAX_HARTS),
            schedules(),
            seeds())
        .as(
            (ram, boot, append, speed, epoch, harts, schedule, seed) ->
                new MachineConfig(
                    ram,
                    harts,
                    boot,
                    append,
                    speed,
                    epoch,
                    harts == 1 ? HartSchedule.DEFAULT : schedule,
                    seed));
  }

  private static Arbitrary<RngSeed> seeds() {
    return Arbitraries.bytes()
        .array(byte[].class)
        .ofSize(RngSeed.BYTES)
        .map(RngSeed::of)
        .injectNull(0.3)
        .map(seed -> seed == null ? RngSeed.NONE : seed);
  }

  private static Arbitrary<HartSchedule> schedules() {
    return Combinators.combine(
            Arbitraries.longs().between(HartSchedule.MIN_QUANTUM, HartSchedule.MAX_QUANTUM),
            Arbitraries.longs())
        .as(HartSchedule::new);
  }

  @Provide
  Arbitrary<List<DeviceSpec>> devices() {
    Arbitrary<String> word = Arbitraries.strings().ascii().ofMinLength(1).ofMaxLength(20);
    Arbitrary<DeviceSpec> device =
        Combinators.combine(
                word,
                word,
                Arbitraries.maps(word, Arbitraries.strings()).ofMaxSize(3),
                Arbitraries.longs().greaterOrEqual(0))
            .as(
                (kind, name, options, size) ->
                    new DeviceSpec(kind, name, new TreeMap<>(options), size));
    return device.list().ofMaxSize(4).uniqueElements(DeviceSpec::name);
  }

  @Example
  void shouldRefuseInOneSentenceWhenTheMachineIsAbsurd() throws Exception {
    assertRefused("RAM of 9223372036854771712 bytes", manifest(Long.MAX_VALUE & -4096, 1, 0));
    assertRefused("RAM of 4096 bytes", manifest(4096, 1, 0));
    assertRefused("RAM of 16777217 bytes", manifest((16L << 20) + 1, 1, 0));
    assertRefused("2147483647 harts", manifest(16L << 20, Integer.MAX_VALUE, 0));
    assertRefused("nominal speed of 1 ", manifest(16L << 20, 1, 1));
    assertRefused("epoch", options(Map.of("epoch-ns", "-5")));
    assertRefused("epoch", options(Map.of("epoch-ns", "99999999999999999999")));
    assertRefused("epoch", options(Map.of("epoch-ns", "")));
    assertRefused("seed", options(Map.of("rng-seed", "00")));
    assertRefused("seed", options(Map.of("rng-seed", "x".repeat(64))));
    assertRefused("seed", options(Map.of("rng-seed", "AB".repeat(32))));
  }

  @Example
  void shouldRefuseInOneSentenceWhenADeviceIsAbsurd() throws Exception {
    assertRefused("'warp'", devices(device("warp", "a", Map.of())));
    assertRefused("memory-kib", devices(device("store", "store", Map.of())));
    assertRefused("memory-kib", devices(device("store", "s", Map.of("memory-kib", "x"))));
    assertRefused("-1 KiB", devices(device("store", "s", Map.of("memory-kib", "-1"))));
    Map<String, String> badName = Map.of("memory-kib", "16384", "domain", "a/../b");
    assertRefused("a/../b", devices(device("store", "s", badName)));
    assertRefused(
        "'two'", devices(device("console", "one", Map.of()), device("console", "two", Map.of())));
    assertRefused("StorePort", devices(device("block", "d", disk("0", "8", "ALLOWED"))));
    assertDisk("disk number 16", "16", "8", "ALLOWED");
    assertDisk("disk0", "99999999999", "8", "ALLOWED");
    assertDisk("'index'", "", "8", "ALLOWED");
    assertDisk("0 sectors", "0", "0", "ALLOWED");
    assertDisk("9223372036854775807 sectors", "0", "" + Long.MAX_VALUE, "ALLOWED");
    assertDisk("'writing'", "0", "8", "SOMETIMES");
    Map<String, String> good = Map.of("memory-kib", "16384");
    dev.vls.log.MachineConfig.Device[] many = new dev.vls.log.MachineConfig.Device[5000];
    for (int i = 0; i < many.length; i++) {
      many[i] = device("store", "store" + i, good);
    }
    assertRefused("cannot be plugged in", devices(many));
  }

  @Example
  void shouldSurviveWhenTheManifestOfALogIsAbsurd() throws Exception {
    folder = Files.createTempDirectory("manifest");
    Path log = folder.resolve("log");
    Map<String, byte[]> images = Map.of("guest", IMAGE);
    assertTrue(
        LogDirectory.create(log, manifest(Long.MAX_VALUE & -4096, 1, 0), images).seed() != 0);
    ReplayException refused = assertThrows(ReplayException.class, () -> Recordings.replay(log));
    assertOneSentence(refused, "RAM of");
  }

  @Example
  void shouldRefuseWhenThereIsNoImage() {
    Manifest none = new Manifest(List.of(), "test", 0, config(16L << 20, 1, 0), List.of());
    LogException refused = assertThrows(LogException.class, () -> MachineSpec.of(none, Map.of()));
    assertEquals(LogException.Kind.DAMAGED, refused.kind());
  }

  private static void assertRefused(String about, Manifest manifest) {
    ReplayException refused = assertThrows(ReplayException.class, () -> built(manifest), about);
    assertOneSentence(refused, about);
  }

  private static void assertDisk(String about, String index, String sectors, String writing) {
    Map<String, String> store = Map.of("memory-kib", "16384");
    assertRefused(
        about,
        devices(
            device("store", "store", store),
            device("block", "disk0", disk(index, sectors, writing))));
  }

  private static Map<String, String> disk(String index, String sectors, String writing) {
    return Map.of("index", index, "sectors", sectors, "writing", writing);
  }

  private static void assertOneSentence(ReplayException refused, String about) {
    String said = refused.getMessage();
    assertTrue(said.contains(about) && !said.contains("Exception"), said);
    assertTrue(said.lines().count() == 1 && said.length() < 400, said);
  }

  private static void built(Manifest manifest) throws Exception {
    VirtualMachine.create(
            MachineSpec.of(manifest, Map.of("guest", IMAGE)),
            StandardDevices.KINDS,
            OutputGate.Release.IMMEDIATE)
        .close();
  }

  private static Manifest manifest(long ram, int harts, long speed) {
    return manifest(config(ram, harts, speed));
  }

  private static Manifest options(Map<String, String> options) {
    return manifest(config(16L << 20, 1, 0, List.of(), options));
  }

  private static Manifest devices(dev.vls.log.MachineConfig.Device... devices) {
    return manifest(config(16L << 20, 1, 0, List.of(devices), Map.of()));
  }

  private static Manifest manifest(dev.vls.log.MachineConfig config) {
    Manifest.Image image = new Manifest.Image("guest", "g", Sha256.of(IMAGE), IMAGE.length);
    return new Manifest(List.of(), "test", 0, config, List.of(image));
  }

  private static dev.vls.log.MachineConfig config(long ram, int harts, long speed) {
    return config(ram, harts, speed, List.of(), Map.of());
  }

  private static dev.vls.log.MachineConfig config(
      long ram,
      int harts,
      long speed,
      List<dev.vls.log.MachineConfig.Device> devices,
      Map<String, String> options) {
    return new dev.vls.log.MachineConfig(
        ram,
        harts,
        dev.vls.log.MachineConfig.TimePolicy.VIRTUAL,
        speed == 0 ? MachineConfig.DEFAULT_INSTRUCTIONS_PER_SECOND : speed,
        dev.vls.log.MachineConfig.StartMode.SUPERVISOR,
        "",
        dev.vls.log.MachineConfig.CaptureMode.STRICT,
        devices,
        new TreeMap<>(options));
  }

  private static dev.vls.log.MachineConfig.Device device(
      String kind, String name, Map<String, String> options) {
    return new dev.vls.log.MachineConfig.Device(kind, name, new TreeMap<>(options), 0, Sha256.NONE);
  }
}

package dev.vls.replay.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.log.Bytes;
import dev.vls.replay.MachineSpec;
import dev.vls.replay.Recordings;
import dev.vls.replay.Recordings.Ended;
import dev.vls.sma.Outcome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every prebuilt guest, live, recorded, and replayed twice, under both policies of time: the same
 * digests, the same bytes on the console. A failing case keeps its log.
 */
class GuestsSystemTest {
  /** What a guest needs besides the console. */
  enum Disks {
    NONE,
    /** A zeroed scratch disk. */
    ONE,
    /** The same as a virtio device, and an entropy device. */
    VIRTIO,
    /** No disk, but a network that echoes. */
    NETWORK
  }

  /**
   * A guest and how to run it in well under a second.
   *
   * @param append its command line
   * @param input what is typed
   * @param says what its output must contain
   */
  record Guest(String image, String append, String input, Disks disks, String says) {
    InputStream keyboard() {
      return new ByteArrayInputStream(input.getBytes(ISO_8859_1));
    }

    boolean isAlone() {
      return input.isEmpty() && disks == Disks.NONE;
    }

    @Override
    public String toString() {
      return "vls record -o DIR --append '"
          + append
          + "' guests/prebuilt/"
          + image
          + ".elf"
          + switch (disks) {
            case NONE -> "";
            case ONE -> " --disk FILE";
            case VIRTIO -> " --disk FILE,bus=virtio --entropy";
            case NETWORK -> " --net socket:PATH";
          };
    }
  }

  private static final List<Guest> TABLE =
      List.of(
          guest("hello", "a=1 b", "bootargs \"a=1 b\""),
          guest("abi", "", "ABI PASS"),
          guest("smp", "rounds=50", "SMP PASS harts=1"),
          guest("churn", "n=200 slots=40", "CHURN PASS"),
          guest("clock", "ticks=10 period_us=200", "CLOCK PASS"),
          guest("clock", "ticks=10 period_us=200 timer=sbi", "CLOCK PASS"),
          typed("echo", "", "one\ntwo words\n\nquit\n", "2 9 two words"),
          typed("ledger", "journal=0", "T 1 0 1 100\nT 2 1 0 5\nx\nQ\n", "Q 2 "),
          bench("chase", "n=1 size=64k"),
          bench("core", "n=2"),
          bench("csrswap", "n=2000"),
          bench("fib", "n=1 size=12"),
          bench("matmul-f64", "n=1 size=16"),
          bench("matmul-u64", "n=1 size=16"),
          bench("memcpy", "n=1 size=64k"),
          bench("nano", "op=ptemod n=500"),
          bench("pgfault", "n=1 size=16"),
          bench("quicksort", "n=1 size=2k"),
          bench("rdtime", "n=2000"),
          bench("sha256", "n=1 size=4k"),
          bench("sieve", "n=1 size=16k"),
          bench("traps", "n=500"),
          guest("consolejump", "", "ABUSES "),
          guest("storegarbage", "", "ABUSES "),
          guest("timerstorm", "n=2000", "ABUSES "),
          guest("wildpointers", "", "ABUSES "),
          withDisk("blkstress", "ops=50 span=512", "", "BLKSTRESS PASS"),
          withDisk("ledger", "", "T 1 0 1 100\nQ\n", "Q 1 "),
          withDisk("badgrant", "", "", "ABUSES "),
          withDisk("badring", "", "", "ABUSES "),
          withDisk("ringrecursion", "", "", "ABUSES "),
          withVirtio("virtio", "ops=60 span=512", "VIRTIO PASS"),
          withVirtio("badvirtio", "", "ABUSES "),
          withNetwork("netstress", "frames=60 limit=0", "NETSTRESS PASS"));

  private static final Outcome CLEAN = new Outcome.PoweredOff(0);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  static Stream<Arguments> cases() {
    return TABLE.stream()
        .flatMap(
            guest -> Stream.of(MachineSpec.Time.values()).map(time -> Arguments.of(guest, time)));
  }

  @ParameterizedTest(name = "{0} --time {1}")
  @MethodSource("cases")
  void shouldReplayEquallyWhenRecorded(Guest guest, MachineSpec.Time time) throws Exception {
    MachineSpec bare = Recordings.spec(guest.image(), guest.append(), time);
    MachineSpec spec =
        switch (guest.disks()) {
          case NONE -> bare;
          case ONE -> Recordings.withDisk(bare);
          case VIRTIO -> Recordings.withVirtio(bare);
          case NETWORK -> Recordings.withNetwork(bare);
        };
    Path log = folder.resolve("log");
    Ended recorded = Recordings.record(spec, guest.keyboard(), log);
    assertEquals(CLEAN, recorded.outcome(), () -> text(recorded.console()));
    assertTrue(text(recorded.console()).contains(guest.says()), () -> text(recorded.console()));

    Ended live = Recordings.run(spec, guest.keyboard());
    assertEquals(CLEAN, live.outcome(), () -> text(live.console()));
    if (time == MachineSpec.Time.VIRTUAL && guest.isAlone()) {
      assertEquals(recorded, live, "nothing from outside: every run is the same");
    }

    assertEquals(recorded, Recordings.replay(log), () -> "vls replay --verify " + log);
    Path elsewhere = Files.move(log, folder.resolve("moved log"));
    InProcess.Result replayed = InProcess.vls("replay", "--verify", elsewhere);
    assertEquals(ExitCode.OK, replayed.exitCode(), replayed::err);
    assertTrue(replayed.err().startsWith("vls: verified: "), replayed::err);
    assertEquals(recorded.console(), replayed.console());
    assertEquals(ExitCode.OK, InProcess.vls("log", "verify", elsewhere).exitCode());
  }

  /** Needs a device that the command does not have: EntropySystemTest brings it. */
  private static final String OWN_DEVICE = "entropy";

  @Test
  void shouldHaveARowForEveryImage() throws IOException {
    try (Stream<Path> files = Files.list(Recordings.GUESTS)) {
      Set<String> images =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".elf"))
              .map(name -> name.substring(0, name.length() - ".elf".length()))
              .filter(name -> !name.equals(OWN_DEVICE))
              .collect(Collectors.toCollection(TreeSet::new));
      assertEquals(
          images, TABLE.stream().map(Guest::image).collect(Collectors.toCollection(TreeSet::new)));
    }
  }

  private static Guest guest(String image, String append, String says) {
    return new Guest(image, append, "", Disks.NONE, says);
  }

  private static Guest typed(String image, String append, String input, String says) {
    return new Guest(image, append, input, Disks.NONE, says);
  }

  private static Guest bench(String image, String append) {
    return guest(image, append, image + " n=");
  }

  private static Guest withDisk(String image, String append, String input, String says) {
    return new Guest(image, append, input, Disks.ONE, says);
  }

  private static Guest withVirtio(String image, String append, String says) {
    return new Guest(image, append, "", Disks.VIRTIO, says);
  }

  private static Guest withNetwork(String image, String append, String says) {
    return new Guest(image, append, "", Disks.NETWORK, says);
  }

  private static String text(Bytes console) {
    return new String(console.shared(), ISO_8859_1);
  }
}

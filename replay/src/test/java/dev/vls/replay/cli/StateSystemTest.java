package dev.vls.replay.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.log.Bytes;
import dev.vls.log.store.LogDirectory;
import dev.vls.replay.GuestImage;
import dev.vls.replay.GuestImages;
import dev.vls.replay.MachineSpec;
import dev.vls.replay.Recordings;
import dev.vls.sma.CaptureMode;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A machine is saved where it stops, and goes on from there: live, recorded and replayed. */
class StateSystemTest {
  @TempDir private Path folder;

  private Path state() {
    return folder.resolve("state");
  }

  /** It is stopped in the middle of its work; from the state each run goes on to its end. */
  @ParameterizedTest
  @ValueSource(strings = {"wall", "virtual"})
  void shouldGoOnWhereItStoppedWhenSaved(String time) throws Exception {
    Path disk = folder.resolve("disk.img");
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.setLength(8 << 20);
    }
    Forked fork = new Forked(folder);
    Forked.Result saved =
        fork.vls(
            "record",
            "-o",
            folder.resolve("first"),
            "--time",
            time,
            "--disk",
            disk,
            "--append",
            "ops=4000 span=512",
            "--save-state",
            state(),
            "--save-at",
            "seed 1\n",
            Recordings.image("blkstress"));
    assertEquals(ExitCode.OK, saved.exitCode(), saved::err);
    assertTrue(saved.text().endsWith("seed 1\n"), saved::text);

    for (String directory : List.of("second", "third")) {
      Path log = folder.resolve(directory);
      Path copy = folder.resolve(directory + ".img");
      Files.copy(disk, copy);
      Forked.Result recorded = fork.vls("record", "-o", log, "--state", state(), "--disk", copy);
      assertEquals(ExitCode.OK, recorded.exitCode(), recorded::err);
      assertFalse(recorded.text().contains("seed"), "it does not begin again");
      InProcess.Result replayed = InProcess.vls("replay", "--verify", log);
      assertEquals(ExitCode.OK, replayed.exitCode(), replayed::err);
      assertArrayEquals(recorded.out(), replayed.console().toArray());
    }
    InProcess.Result first = InProcess.vls("replay", "--verify", folder.resolve("first"));
    assertEquals(ExitCode.OK, first.exitCode(), first::err);
    assertArrayEquals(saved.out(), first.console().toArray());
  }

  @Test
  void shouldSaySoWhenTheGuestEndedBeforeItWasSaved() throws Exception {
    Forked.Result ended =
        new Forked(folder).vls("run", "--save-state", state(), Recordings.image("hello"));
    assertEquals(ExitCode.HOST_ERROR, ended.exitCode());
    assertEquals(
        "vls: the guest powered off before it was stopped: no state was saved\n", ended.err());
    assertTrue(ended.text().startsWith("Hello from RISC-V."), ended::text);
    assertFalse(Files.exists(state()));
  }

  @Test
  void shouldRefuseWhenTheStateIsDamaged() throws Exception {
    byte[] garbage = new byte[4096];
    Arrays.fill(garbage, (byte) 7);
    MachineSpec spec =
        new MachineSpec(
            Recordings.spec("hello", "", MachineSpec.Time.VIRTUAL).machine(),
            MachineSpec.Time.VIRTUAL,
            CaptureMode.STRICT,
            new GuestImages(
                List.of(new GuestImage(GuestImage.Role.STATE, "hello", Bytes.wrap(garbage)))),
            Recordings.spec("hello", "", MachineSpec.Time.VIRTUAL).devices());
    var _ = LogDirectory.create(state(), spec.manifest("test", 0), spec.imageContents());
    InProcess.Result refused = InProcess.vls("run", "--state", state());
    assertEquals(ExitCode.HOST_ERROR, refused.exitCode());
    assertEquals(
        "vls: the machine cannot go on from where it was saved: the saved state is of version "
            + "506381209866536711, this program reads version 1\n",
        refused.err());
  }

  /** Its bytes are hashed while they are used: whether they mean something is not what is told. */
  @ParameterizedTest
  @ValueSource(ints = {3, 20_000})
  void shouldNameTheFileWhenTheStateHasChangedOnDisk(int at) throws Exception {
    Forked.Result saved =
        new Forked(folder)
            .vls("run", "--save-state", state(), "--save-at", "READY", Recordings.image("echo"));
    assertEquals(ExitCode.OK, saved.exitCode(), saved::err);
    Path image;
    try (Stream<Path> images = Files.list(state().resolve("images"))) {
      image = images.findFirst().orElseThrow();
    }
    byte[] content = Files.readAllBytes(image);
    content[at] ^= 1;
    Files.write(image, content);

    InProcess.Result refused = InProcess.vls("run", "--state", state());
    assertEquals(ExitCode.LOG_DAMAGED, refused.exitCode(), refused::err);
    assertTrue(refused.err().startsWith("vls: " + image + " is damaged"), refused::err);
  }

  @Test
  void shouldRefuseWhenTheDisksAreOthers() throws Exception {
    Forked fork = new Forked(folder);
    Forked.Result saved =
        fork.vls("run", "--save-state", state(), "--save-at", "READY", Recordings.image("echo"));
    assertEquals(ExitCode.OK, saved.exitCode(), saved::err);
    Path disk = Files.write(folder.resolve("disk.img"), "x".repeat(512).getBytes(US_ASCII));
    InProcess.Result refused = InProcess.vls("run", "--state", state(), "--disk", disk);
    assertEquals(ExitCode.HOST_ERROR, refused.exitCode());
    assertTrue(refused.err().startsWith("vls: the saved machine has the disks none"), refused::err);
  }
}

package dev.vls.replay.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.replay.Recordings;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of disks fail while a guest uses them: the guest hears of it, and so does a replay. */
class DiskErrorsSystemTest {
  private static final long DISK_BYTES = 8L << 20;
  private static final String UNBOUNDED = "ops=1000000000";

  @TempDir private Path folder;
  private Path disk;
  private Path log;

  @BeforeEach
  void prepare() throws IOException {
    disk = folder.resolve("disk.img");
    log = folder.resolve("log");
    resize(DISK_BYTES); // a hole as a whole
  }

  private void resize(long bytes) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.setLength(bytes);
    }
  }

  /** One sentence on standard error, the guest's own end, and the same without the disk. */
  private void assertToldAndReplayed(Forked.Result recorded, String reason) throws Exception {
    assertEquals(ExitCode.GUEST_FAILURE, recorded.exitCode(), recorded::err);
    assertTrue(recorded.text().contains(": status -1"), recorded::text);
    List<String> lines = recorded.err().lines().toList();
    assertEquals(1, lines.size(), recorded::err);
    assertTrue(lines.getFirst().startsWith("vls: the disk disk0 fails to "), recorded::err);
    assertTrue(lines.getFirst().contains(reason), recorded::err);

    Files.delete(disk);
    InProcess.Result replayed = InProcess.vls("replay", "--verify", log);
    assertEquals(ExitCode.OK, replayed.exitCode(), replayed::err);
    assertArrayEquals(recorded.out(), replayed.console().toArray());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",overlay=overlay.img"})
  void shouldTellTheGuestWhenTheImageIsCut(String overlay) throws Exception {
    Forked fork = new Forked(folder);
    Process process =
        record(fork, disk + (overlay.isEmpty() ? ",ro" : overlay), UNBOUNDED + " writes=0");
    fork.awaitOutput(process, "seed 1\n");
    resize(0);
    assertToldAndReplayed(fork.await(process), "disk.img: it ends at byte 0, before what was");
  }

  /** A limit on the size of files does to the image what a full file system does. */
  @ParameterizedTest
  @ValueSource(strings = {"", ",overlay=overlay.img"})
  void shouldTellTheGuestWhenThereIsNoRoomForMore(String overlay) throws Exception {
    LinuxLab.requireTools(DiskErrorsSystemTest.class, "prlimit");
    Forked fork = new Forked(folder).under("prlimit", "--fsize=1048576");
    Process process = record(fork, disk + overlay, UNBOUNDED);
    String file = overlay.isEmpty() ? "disk.img" : "overlay.img";
    assertToldAndReplayed(fork.await(process), file + ": File too large; ");
  }

  private static Process record(Forked fork, String disk, String append) throws IOException {
    return fork.start(
        words("record", "-o", "log", "--ram=16M", "--disk=" + disk, "--append=" + append));
  }

  private static Object[] words(Object... words) throws IOException {
    Object[] all = Arrays.copyOf(words, words.length + 1);
    all[words.length] = Recordings.image("blkstress").toRealPath();
    return all;
  }

  @Test
  void shouldGoOnWhenTheImageVanishes() throws Exception {
    Forked fork = new Forked(folder);
    Path ledger = Recordings.image("ledger").toRealPath();
    Process process = fork.start("record", "-o", "log", "--ram=16M", "--disk=" + disk, ledger);
    try (OutputStream keyboard = process.getOutputStream()) {
      keyboard.write("T 1 0 1 100\n".getBytes(UTF_8));
      keyboard.flush();
      fork.awaitOutput(process, "R 1 ");
      Files.delete(disk);
      keyboard.write("T 2 0 1 100\nQ\n".getBytes(UTF_8));
    }
    Forked.Result recorded = fork.await(process);
    assertEquals(ExitCode.OK, recorded.exitCode(), recorded::err);
    assertEquals("", recorded.err());
    assertTrue(recorded.text().contains("Q 2 "), recorded::text);
    InProcess.Result replayed = InProcess.vls("replay", "--verify", log);
    assertEquals(ExitCode.OK, replayed.exitCode(), replayed::err);
    assertArrayEquals(recorded.out(), replayed.console().toArray());
  }

  /** For root every file may be written, but where it gives up the right to. */
  @Test
  void shouldRefuseAFileThatMayNotBeWrittenUnlessItIsReadOnly() throws Exception {
    LinuxLab.requireTools(DiskErrorsSystemTest.class, "setpriv");
    assertTrue(disk.toFile().setWritable(false));
    Forked fork = new Forked(folder).under("setpriv", "--bounding-set=-dac_override");
    Forked.Result refused = fork.vls(words("run", "--ram=16M", "--disk=" + disk));
    assertEquals(ExitCode.HOST_ERROR, refused.exitCode(), refused::err);
    assertEquals(
        "vls: the disk "
            + disk
            + " cannot be opened for writing: this user may not; ',ro' behind a disk's name makes"
            + " it read-only\n",
        refused.err());
    for (String form : new String[] {",ro", ",overlay=overlay.img"}) {
      Forked.Result run =
          fork.vls(words("run", "--ram=16M", "--disk=" + disk + form, "--append=ops=50 writes=0"));
      assertEquals(ExitCode.OK, run.exitCode(), run::err);
      assertTrue(run.text().contains("BLKSTRESS PASS"), run::text);
    }
  }
}

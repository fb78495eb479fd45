package dev.vls.replay.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.replay.Recordings;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What scripts rely on, seen from outside: bytes of the streams, signals, exit codes. */
class CommandContractSystemTest {
  private static final String BYE = "ECHO READY\n1 2 hi\nbye\n";
  private static final int INTERRUPTED = 128 + 2;

  @TempDir private Path folder;
  private Forked fork;

  @BeforeEach
  void prepare() {
    fork = new Forked(folder);
  }

  @Test
  void shouldWriteTheConsoleAndNothingElseWhenRecordingAndReplaying() throws Exception {
    Process process =
        fork.start(
            "record", "-o", "log", "--stats", "--metrics", "0", "--ram", "16M", image("echo"));
    process.getOutputStream().write("hi\nquit\n".getBytes(UTF_8));
    process.getOutputStream().close();
    Forked.Result recorded = fork.await(process);
    assertEquals(ExitCode.OK, recorded.exitCode(), recorded::err);
    assertEquals(BYE, recorded.text());
    assertTrue(recorded.err().lines().allMatch(line -> line.startsWith("vls: ")), recorded::err);
    assertTrue(recorded.err().contains("vls: log: "), recorded::err);
    assertTrue(recorded.err().contains("http://localhost:"), recorded::err);

    Forked.Result replayed = fork.vls("replay", "--verify", "log");
    assertEquals(ExitCode.OK, replayed.exitCode(), replayed::err);
    assertArrayEquals(recorded.out(), replayed.out());
    assertTrue(replayed.err().startsWith("vls: verified: "), replayed::err);
  }

  @Test
  void shouldCompleteTheLogWhenInterrupted() throws Exception {
    Process process =
        fork.interruptible().start("record", "-o", "log", "--ram", "16M", image("echo"));
    process.getOutputStream().write("hi\n".getBytes(UTF_8));
    process.getOutputStream().flush();
    fork.awaitOutput(process, "1 2 hi\n");
    assertEquals(0, new ProcessBuilder("kill", "-INT", "" + process.pid()).start().waitFor());
    Forked.Result stopped = fork.await(process);
    assertEquals(INTERRUPTED, stopped.exitCode(), stopped::err);
    assertEquals("", stopped.err(), "nothing to say without --stats");

    Path log = folder.resolve("log");
    InProcess.Result verified = InProcess.vls("log", "verify", log);
    assertEquals(ExitCode.OK, verified.exitCode(), verified::out);
    assertTrue(verified.out().endsWith("good\n"), verified::out);
    InProcess.Result replayed = InProcess.vls("replay", "--verify", log);
    assertEquals(ExitCode.OK, replayed.exitCode(), replayed::err);
    assertArrayEquals(stopped.out(), replayed.console().toArray());
  }

  @Test
  void shouldStopTheGuestWhenARunIsTerminated() throws Exception {
    Process process = fork.start("run", "--stats", "--ram", "16M", image("echo"));
    fork.awaitOutput(process, "READY\n");
    process.destroy();
    Forked.Result stopped = fork.await(process);
    assertEquals(128 + 15, stopped.exitCode(), stopped::err);
    assertTrue(stopped.err().contains("vls: stopped by the user after "), stopped::err);
  }

  @Test
  void shouldEndWithAHostErrorWhenTheConsoleCannotBeWritten() throws Exception {
    File full = new File("/dev/full");
    if (!full.exists()) {
      System.out.println("CommandContractSystemTest skipped: no /dev/full");
      Assumptions.abort("no /dev/full");
    }
    Path log = folder.resolve("log");
    InProcess.Result recorded =
        InProcess.vls("record", "-o", log, "--console", "file:" + full, image("hello"));
    assertEquals(ExitCode.HOST_ERROR, recorded.exitCode(), recorded::err);
    assertTrue(recorded.err().contains("console"), recorded::err);
    assertEquals(
        ExitCode.OK, InProcess.vls("log", "verify", log).exitCode(), "the log is complete");

    Process replay = fork.start(ProcessBuilder.Redirect.to(full), "replay", log);
    Forked.Result replayed = fork.await(replay);
    assertEquals(ExitCode.HOST_ERROR, replayed.exitCode(), replayed::err);
    assertTrue(replayed.err().contains("console's output cannot be written"), replayed::err);
  }

  @Test
  void shouldKeepTheConsolesFileWhenTheRecordingIsRefused() throws Exception {
    Path console = Files.writeString(folder.resolve("console"), "precious");
    Path log = Files.createDirectory(folder.resolve("log"));
    Files.writeString(log.resolve("file"), "");
    Object[] words = {"record", "-o", log, "--console", "file:" + console, image("hello")};
    InProcess.Result refused = InProcess.vls(words);
    assertEquals(ExitCode.HOST_ERROR, refused.exitCode(), refused::err);
    assertEquals("precious", Files.readString(console));
    words[2] = folder.resolve("another");
    assertEquals(ExitCode.OK, InProcess.vls(words).exitCode());
    assertFalse(Files.readString(console).contains("precious"));
  }

  @Test
  void shouldWriteNoLogWhenTheConsoleIsRefused() throws Exception {
    Path log = folder.resolve("log");
    InProcess.Result refused =
        InProcess.vls("record", "-o", log, "--console", "file:" + folder, image("hello"));
    assertEquals(ExitCode.HOST_ERROR, refused.exitCode(), refused::err);
    assertFalse(Files.exists(log));
  }

  @Test
  void shouldEndWithOneWhenTheGuestReportsFailure() throws Exception {
    Path console = folder.resolve("console");
    Path log = folder.resolve("log");
    // Without a disk the ledger has no journal and fails.
    Object[] guest = {"--ram", "16M", "--console", "file:" + console, image("ledger")};
    InProcess.Result run = InProcess.vls(words(new Object[] {"run", "--stats"}, guest));
    assertEquals(ExitCode.GUEST_FAILURE, run.exitCode(), run::err);
    assertTrue(run.err().contains("vls: the guest reported failure "), run::err);
    assertEquals("", run.out());
    assertFalse(Files.readString(console).isEmpty());

    InProcess.Result recorded = InProcess.vls(words(new Object[] {"record", "-o", log}, guest));
    assertEquals(ExitCode.GUEST_FAILURE, recorded.exitCode(), recorded::err);
    assertEquals("", recorded.err());
    InProcess.Result replayed = InProcess.vls("replay", "--verify", log);
    assertEquals(ExitCode.OK, replayed.exitCode(), replayed::err);
    assertArrayEquals(Files.readAllBytes(console), replayed.console().toArray());
  }

  private static Object[] words(Object[] first, Object[] then) {
    Object[] all = new Object[first.length + then.length];
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(then, 0, all, first.length, then.length);
    return all;
  }

  private static Path image(String guest) throws IOException {
    return Recordings.image(guest).toRealPath();
  }
}

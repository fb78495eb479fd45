package dev.vls.replay.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.replay.Recordings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The demonstration with processes and SIGKILL, and that it says so when a receipt is wrong. */
@Timeout(240)
class DemoSystemTest {
  @TempDir private Path folder;

  private Forked.Result demo(byte[] ledger) throws Exception {
    Path image = folder.resolve("guests/prebuilt/ledger.elf");
    Files.createDirectories(image.getParent());
    Files.write(image, ledger);
    return new Forked(folder)
        .vls("demo", "--transfers=200", "--seed=5", "--directory=" + folder.resolve("demo"));
  }

  @Test
  void shouldPassWhenTheLeaderIsKilled() throws Exception {
    Forked.Result result = demo(Files.readAllBytes(Recordings.image("ledger")));
    assertEquals(ExitCode.OK, result.exitCode(), result::err);
    assertTrue(result.err().contains("killing the leader after "), result::err);
    assertTrue(result.err().contains("the follower has taken over after "), result::err);
    assertTrue(result.text().contains("passed: every receipt in order"), result::text);
    assertTrue(result.text().contains("(seed 5)"), result::text);
  }

  /** A ledger with one character of its receipts exchanged. */
  @Test
  void shouldFailWhenReceiptsAreWrong() throws Exception {
    String image =
        new String(Files.readAllBytes(Recordings.image("ledger")), StandardCharsets.ISO_8859_1);
    String right = "%c %lu %lu %lu ";
    assertEquals(image.indexOf(right), image.lastIndexOf(right));
    String wrong = image.replace(right, "%c %lu %lu,%lu ");
    Forked.Result result = demo(wrong.getBytes(StandardCharsets.ISO_8859_1));
    assertEquals(ExitCode.GUEST_FAILURE, result.exitCode(), result::err);
    assertTrue(result.err().contains("FAILED: expected 'R 1 "), result::err);
    assertTrue(result.err().contains("FAILED: journal sector 1 "), result::err);
    assertTrue(result.text().contains("1 of 1 FAILED"), result::text);
  }
}

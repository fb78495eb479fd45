package dev.vls.replay.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingSystemTest {
  private static final Path GUESTS =
      Path.of(System.getProperty("vls.root", ".."), "guests", "prebuilt").toAbsolutePath();

  @TempDir private Path folder;

  @Test
  void shouldRunEveryCommandToItsEnd() throws Exception {
    Path scratch = folder.resolve("scratch");
    Forked.Result result = new Forked(folder).running(Training.class).vls(GUESTS, scratch);
    assertEquals(ExitCode.OK, result.exitCode(), result::err);
    assertTrue(result.text().contains("checksum="), result::text);
    assertTrue(result.text().contains("console ring"), "what was saved has not gone on");
    assertTrue(Files.exists(scratch.resolve("log")));
    assertTrue(Files.exists(scratch.resolve("state")));
  }
}

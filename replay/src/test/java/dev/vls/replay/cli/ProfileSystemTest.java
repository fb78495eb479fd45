package dev.vls.replay.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.replay.Recordings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code --profile}: live, recorded and replayed, a guest that works all the time is seen at it.
 */
class ProfileSystemTest {
  private static final String ARGUMENTS = "n=15 size=30";
  private static final Pattern ROW =
      Pattern.compile("vls: +([\\d.]+)  (translated |interpreted)  0x([0-9a-f]+) .*");

  @TempDir private Path folder;

  @Test
  void shouldShowTheGuestsWorkWhenItRunsIsRecordedAndReplayed() throws Exception {
    Forked fork = new Forked(folder);
    Path names = Files.writeString(folder.resolve("names"), "80200000 T the_guest\n");
    String image = Recordings.image("fib").toString();
    Forked.Result run =
        fork.vls(
            "run", "--ram", "16M", "--append", ARGUMENTS, "--profile", "--symbols", names, image);
    assertTranslated(run);
    assertTrue(run.err().contains("  the_guest+0x"), run::err);
    assertTranslated(
        fork.vls("record", "-o", "log", "--ram", "16M", "--append", ARGUMENTS, "--profile", image));
    assertTranslated(fork.vls("replay", "--profile", "log"));
    Forked.Result interpreted = fork.vls("replay", "--profile", "--engine", "interpreter", "log");
    assertEquals(100, share(interpreted, "interpreted"), 1, interpreted::err);
  }

  @Test
  void shouldLeaveNoLogWhenTheSymbolsCannotBeRead() throws Exception {
    String image = Recordings.image("fib").toString();
    Forked.Result refused =
        new Forked(folder).vls("record", "-o", "log", "--profile", "--symbols", "missing", image);
    assertEquals(ExitCode.HOST_ERROR, refused.exitCode(), refused::err);
    assertFalse(Files.exists(folder.resolve("log")));
  }

  private static void assertTranslated(Forked.Result result) {
    assertEquals(ExitCode.OK, result.exitCode(), result::err);
    assertTrue(share(result, "translated ") > 30, result::err);
  }

  /** Returns the percents of the rows of a tier, all of which lie in the guest's image. */
  private static double share(Forked.Result result, String tier) {
    return result
        .err()
        .lines()
        .map(ROW::matcher)
        .filter(row -> row.matches() && row.group(2).equals(tier))
        .peek(row -> assertEquals(0x802, Long.parseLong(row.group(3), 16) >> 20, result::err))
        .mapToDouble(row -> Double.parseDouble(row.group(1)))
        .sum();
  }
}

package dev.vls.replay.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.replay.Recordings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command on a terminal of its own, which script(1) provides and stty(1) looks at. */
final class TerminalSystemTest {
  private static final Pattern BEFORE = Pattern.compile("BEFORE (/\\S+) (\\S+)");
  private static final Pattern AFTER = Pattern.compile("AFTER (\\S+) (\\S+)");

  @TempDir private Path folder;
  private Process script;
  private GuestTerminal screen;

  @BeforeAll
  static void requireTools() {
    LinuxLab.requireTools(TerminalSystemTest.class, "script", "stty");
  }

  @AfterEach
  void endIt() {
    if (script != null) {
      script.descendants().forEach(ProcessHandle::destroyForcibly);
      script.destroyForcibly();
    }
  }

  @Test
  void shouldGiveEveryKeyToTheGuestAndTakeOutThoseForVls() throws Exception {
    startRaw("", "run");
    type("a\3\32\1\1b\n");
    screen.await("1 5 a\3\32\1b");
    type("\1c");
    screen.await("(vls) ");
    type("info\r");
    screen.await(" programs with ");
    type("\1c\1h");
    screen.await("Ctrl-A x quits");
    type("quit\n");
    screen.await("bye");
    assertEquals("" + ExitCode.OK, ended());
  }

  @Test
  void shouldLeaveTheTerminalAsItWasWhenTheUserQuits() throws Exception {
    Path log = folder.resolve("log");
    startRaw("", "record", "-o", log);
    type("\1x");
    assertEquals("" + ExitCode.OK, ended());
    InProcess.Result replayed = InProcess.vls("replay", "--verify", log);
    assertEquals(ExitCode.OK, replayed.exitCode(), replayed::err);
  }

  @Test
  void shouldLeaveTheTerminalAsItWasWhenASignalEndsIt() throws Exception {
    startRaw("", "run");
    assertTrue(java().destroy());
    assertEquals("143", ended());
  }

  @Test
  void shouldLeaveTheTerminalAsItWasWhenTheHostFails() throws Exception {
    Path log = folder.resolve("log");
    startRaw("ulimit -f 1000;", "record", "-o", log);
    for (int line = 1; !screen.text().contains("AFTER"); line++) { // until the log is too large
      type("x".repeat(200) + "\n");
      screen.await(line + " 200 x", "AFTER");
    }
    assertEquals("" + ExitCode.HOST_ERROR, ended());
  }

  @Test
  void shouldLeaveLinesAndCtrlCToTheTerminalWhenAsked() throws Exception {
    start("", "run", "--console=lines", Recordings.image("echo"));
    screen.await("ECHO READY");
    type("abd\177c\n");
    screen.await("1 3 abc");
    awaitMode(" icanon");
    type("\3");
    assertEquals("130", ended());
  }

  /** Starts an echo whose terminal is raw, and waits for that. */
  private void startRaw(String preparation, Object... arguments) throws Exception {
    List<Object> words = new ArrayList<>(List.of(arguments));
    words.addAll(List.of("--console=raw", Recordings.image("echo")));
    start(preparation, words.toArray());
    screen.await("ECHO READY");
    awaitMode("-icanon");
  }

  /**
   * Runs it on a terminal between two looks at the terminal's mode.
   *
   * @param preparation shell commands that come first
   */
  private void start(String preparation, Object... arguments) throws IOException {
    String command =
        new Forked(folder)
            .interruptible().command(arguments).stream()
                .map(word -> "'" + word + "'")
                .collect(Collectors.joining(" "));
    script =
        new ProcessBuilder(
                "script",
                "-q",
                "-c",
                "stty 9600 tab3 ixany; echo BEFORE $(tty) $(stty -g); trap : INT; "
                    + preparation
                    + command
                    + "; echo AFTER $? $(stty -g)",
                "/dev/null")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    screen = new GuestTerminal(script::isAlive);
    screen.read(script.getInputStream());
  }

  private void type(String keys) throws IOException {
    script.getOutputStream().write(keys.getBytes(ISO_8859_1));
    script.getOutputStream().flush();
  }

  /** Waits until the terminal's mode has {@code word}. */
  private void awaitMode(String word) throws Exception {
    String terminal = find(BEFORE).group(1);
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    for (String mode = mode(terminal); !mode.contains(word); mode = mode(terminal)) {
      String last = mode;
      assertTrue(script.isAlive() && System.nanoTime() < end, () -> "no " + word + " in " + last);
      TimeUnit.MILLISECONDS.sleep(20); // nothing tells of a change
    }
  }

  private static String mode(String terminal) throws IOException {
    Process stty = new ProcessBuilder("stty", "-a", "-F", terminal).start();
    return new String(stty.getInputStream().readAllBytes(), ISO_8859_1);
  }

  /** Waits for the end, checks that the terminal is as before, and returns the exit code. */
  private String ended() throws InterruptedException {
    screen.await("AFTER ");
    assertTrue(script.waitFor(1, TimeUnit.MINUTES), screen::text);
    MatchResult after = find(AFTER);
    assertEquals(find(BEFORE).group(2), after.group(2));
    return after.group(1);
  }

  private MatchResult find(Pattern pattern) {
    return pattern
        .matcher(screen.text())
        .results()
        .findFirst()
        .orElseThrow(() -> new AssertionError(pattern + " in " + screen.text()));
  }

  private ProcessHandle java() {
    return script
        .descendants()
        .filter(process -> process.info().command().orElse("").endsWith("java"))
        .findFirst()
        .orElseThrow();
  }
}

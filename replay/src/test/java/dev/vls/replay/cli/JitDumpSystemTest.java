package dev.vls.replay.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.replay.Recordings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --jit-dump}: the code of a guest's hot loop can be read, and the run is the same. */
class JitDumpSystemTest {
  /** Array, place and value, none of them guest memory, which is a static field. */
  private static final Pattern REGISTER_STORE =
      Pattern.compile(": aload \\d+\\R.*\\R.*: lload \\d+\\R.*Unsafe\\.putLong");

  private static final String GUEST = "fib";

  @TempDir private Path folder;

  @Test
  void shouldWriteTheHotLoopWhenAGuestIsRecordedAndReplayed() throws Exception {
    Forked fork = new Forked(folder);
    String image = Recordings.image(GUEST).toString();
    Forked.Result recorded =
        fork.vls(
            "record",
            "-o",
            "log",
            "--ram",
            "16M",
            "--append",
            "n=20 size=22",
            "--jit-dump",
            "new/dump",
            image);
    assertEquals(ExitCode.OK, recorded.exitCode(), recorded::err);
    assertEquals("", recorded.err());
    requireHotLoop(folder.resolve("new/dump"));

    Forked.Result replayed = fork.vls("replay", "--verify", "--jit-dump", "dump2", "log");
    assertEquals(ExitCode.OK, replayed.exitCode(), replayed::err);
    assertEquals(recorded.text(), replayed.text());
    requireHotLoop(folder.resolve("dump2"));
  }

  /** fib calls itself: a store of the return address, a call, an addition. */
  private static void requireHotLoop(Path dump) throws IOException {
    List<String> listings = listings(dump);
    assertFalse(listings.isEmpty());
    for (String listing : listings) {
      assertTrue(listing.startsWith("region 0x"), listing);
      assertTrue(listing.contains("bytecode of "), listing);
      assertTrue(listing.contains(": ireturn"), listing);
    }
    assertTrue(
        listings.stream()
            .anyMatch(
                text ->
                    text.contains("sd ra,")
                        && text.contains("jal ra,0x")
                        && text.contains("add a0,")
                        && REGISTER_STORE.matcher(text).find()),
        () -> String.join("\n", listings));
  }

  private static List<String> listings(Path dump) throws IOException {
    try (Stream<Path> files = Files.list(dump)) {
      return files.sorted().map(JitDumpSystemTest::read).toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldWarnOnceAndWriteNoMoreWhenAFileCannotBeWritten() throws Exception {
    StringWriter err = new StringWriter();
    Path dump = folder.resolve("dump");
    RegionDump listener = RegionDump.open(dump, new PrintWriter(err, true));
    listener.made(0x8000_0000L, () -> "first");
    Files.createDirectory(dump.resolve("000001-0000000080000004.txt"));
    listener.made(0x8000_0004L, () -> "in its place is a directory");
    listener.made(0x8000_0008L, () -> "never");
    assertEquals("first", Files.readString(dump.resolve("000000-0000000080000000.txt")));
    assertFalse(Files.exists(dump.resolve("000002-0000000080000008.txt")));
    assertTrue(
        err.toString().matches("vls: '.*000001-0000000080000004.txt' cannot be written .*\\R"),
        err::toString);
  }
}

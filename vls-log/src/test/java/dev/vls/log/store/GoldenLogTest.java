package dev.vls.log.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.log.Event;
import dev.vls.log.LogSamples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Logs of every released format version are read for ever. {@code dump.jsonl} beside each says what
 * is in it, so that a change of the samples does not change what is expected.
 */
class GoldenLogTest {
  private static final Path GOLDEN =
      Path.of(System.getProperty("vls.root", "..")).resolve("vls-log/src/test/resources/golden");

  @TempDir Path temp;

  @Test
  void shouldReadVersion1() throws Exception {
    Path golden = GOLDEN.resolve("v1");
    LogVerifier.Report report = LogVerifier.verify(golden.resolve("log"));
    assertTrue(report.isGood() && report.notes().isEmpty(), report::text);
    assertEquals(Files.readString(golden.resolve("dump.jsonl")), dump(golden.resolve("log")));
    LogDirectory directory = LogDirectory.open(golden.resolve("log"));
    assertEquals(LogSamples.manifest(), directory.manifest());
  }

  @Test
  void shouldStillWriteTheSameOctetsAsVersion1() throws Exception {
    List<Event> events = LogSamples.events(30, 1);
    LogFixture.complete(temp, events, LogFixture.SMALL_SEGMENTS);
    for (Path file : LogFixture.files(temp)) {
      Path golden = GOLDEN.resolve("v1/log").resolve(temp.relativize(file).toString());
      assertEquals(-1, Files.mismatch(file, golden), golden.toString());
    }
  }

  static String dump(Path log) throws IOException {
    StringBuilder out = new StringBuilder();
    try (LogReader reader = LogReader.open(log)) {
      LogDump.write(reader, LogDump.Format.JSON, out);
    }
    return out.toString();
  }

  /** Writes the golden log of a new format version; never again for a released one. */
  static void main(String[] arguments) throws Exception {
    Path golden = Path.of(arguments[0]);
    LogFixture.complete(golden.resolve("log"), LogSamples.events(30, 1), LogFixture.SMALL_SEGMENTS);
    Files.writeString(golden.resolve("dump.jsonl"), dump(golden.resolve("log")));
  }
}

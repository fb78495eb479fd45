package dev.vls.log.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.log.Event;
import dev.vls.log.LogSamples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogReportsTest {
  private final List<Event> events = LogSamples.events(50, 11);

  @TempDir Path temp;

  @Test
  void shouldAccountForEveryOctetInStatistics() throws Exception {
    LogFixture.complete(temp, events, LogFixture.SMALL_SEGMENTS);
    try (LogReader reader = LogReader.open(temp)) {
      LogStatistics statistics = LogStatistics.of(reader, 100_000);
      assertEquals(50, statistics.events());
      long framed = statistics.brk().bytes() + statistics.sma().bytes();
      long kinds = statistics.kinds().values().stream().mapToLong(LogStatistics.Tally::bytes).sum();
      long intervals =
          statistics.intervals().values().stream().mapToLong(LogStatistics.Tally::bytes).sum();
      long channels =
          statistics.channels().values().stream().mapToLong(LogStatistics.Tally::bytes).sum();
      assertEquals(framed, kinds);
      assertEquals(framed, intervals);
      assertEquals(statistics.sma().bytes(), channels);
      String text = statistics.text(reader.directory().manifest());
      assertTrue(text.contains("events        50"), text);
      assertTrue(text.contains("  disk0       "), text);
      assertTrue(text.contains("  console0    "), text);
      assertTrue(text.contains("  channel 4   "), text); // beyond the devices of the manifest
    }
  }

  @Test
  void shouldWriteALineForEachEventAndTheEnd() throws Exception {
    LogFixture.complete(temp, events, LogWriterConfig.DEFAULT);
    for (LogDump.Format format : LogDump.Format.values()) {
      StringBuilder out = new StringBuilder();
      try (LogReader reader = LogReader.open(temp)) {
        LogDump.write(reader, format, out);
      }
      List<String> lines = out.toString().lines().toList();
      assertEquals(51, lines.size());
      assertTrue(lines.getLast().contains("POWERED_OFF"), lines.getLast());
    }
  }

  @Test
  void shouldWriteJsonThatShowsEveryField() {
    Event event = LogSamples.timeRebase(5, 6);
    assertEquals(
        "{\"sequence\":3,\"instret\":5,\"traps\":6,\"kind\":\"INTR\",\"hart\":0,"
            + "\"pc\":\"0xffffffff80001234\",\"sma\":[],\"updates\":[{\"frame\":65540,\"offset\":0,"
            + "\"bytes\":\"00000000000000000000000000000000\"}],\"ports\":[],\"results\":\"\","
            + "\"mark\":\"\"}",
        LogDump.line(3, event, LogDump.Format.JSON));
    assertEquals(
        "3 5+6 INTR hart 0 pc 0xffffffff80001234" + " set 65540:0=00000000000000000000000000000000",
        LogDump.line(3, event, LogDump.Format.TEXT));
  }

  @Test
  void shouldShowAndCountWhatSomebodyRemarked() throws Exception {
    Event remarked = LogSamples.remarked(LogSamples.timeRebase(5, 6), "two\nlines and \u001b[2J");
    LogFixture.complete(
        temp, List.of(LogSamples.timeRebase(1, 1), remarked), LogWriterConfig.DEFAULT);
    try (LogReader reader = LogReader.open(temp)) {
      String text = LogStatistics.of(reader, 100).text(reader.directory().manifest());
      assertTrue(text.contains("remarks       1\n"), text);
    }
    String quoted = "\"two\\u000alines and \\u001b[2J\"";
    assertEquals(
        "1 5+6 INTR hart 0 pc 0xffffffff80001234 set 65540:0=00000000000000000000000000000000"
            + " remark "
            + quoted,
        LogDump.line(1, remarked, LogDump.Format.TEXT));
    String json = LogDump.line(1, remarked, LogDump.Format.JSON);
    assertTrue(json.endsWith(",\"mark\":\"\",\"remark\":" + quoted + "}"), json);
  }

  @Test
  void shouldEscapeControlCharactersInMarks() {
    assertEquals("\"a\\u001b\\\"\\\\\\u00e9\"", JsonLine.quote("a\u001b\"\\\u00e9"));
  }

  @Test
  void shouldReportStrayFilesAndMissingImages() throws Exception {
    LogFixture.complete(temp, events, LogWriterConfig.DEFAULT);
    Files.createFile(temp.resolve("stray"));
    LogVerifier.Report report = LogVerifier.verify(temp);
    assertTrue(report.isGood(), report::text);
    assertTrue(report.text().contains("stray is not part of the log"), report::text);
    for (Path image : LogFixture.files(temp.resolve("images"))) {
      Files.delete(image);
    }
    assertFalse(LogVerifier.verify(temp).isGood());
  }
}

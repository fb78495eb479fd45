package dev.vls.log.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.log.Event;
import dev.vls.log.LogSamples;
import dev.vls.log.frame.FrameSizes;
import dev.vls.log.store.RecoveryReport.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A writer that died: the last segment ends at any octet. */
class LogCutTest {
  @TempDir Path temp;

  @Test
  void shouldRecoverToTheLastWholeEventWhenCutAtAnyOctet() throws Exception {
    List<Event> events = LogSamples.events(40, 3);
    Path whole = temp.resolve("whole");
    LogFixture.complete(whole, events, LogFixture.SMALL_SEGMENTS);
    int segments = LogDirectory.open(whole).segmentNumbers().size();
    assertTrue(segments > 2, "the log has several segments");
    int before = 0;
    for (int n = 0; n < segments; n++) {
      before += cutSegment(whole, n, events, before);
    }
    assertEquals(events.size(), before);
  }

  /**
   * Cuts segment {@code n}, the later ones gone, at every octet; returns how many events it holds.
   */
  private int cutSegment(Path whole, int n, List<Event> events, int before) throws Exception {
    Path cut = temp.resolve("cut" + n);
    LogFixture.copy(whole, cut);
    for (Path file : LogFixture.files(cut)) {
      String name = file.getFileName().toString();
      if (LogDirectory.isSegmentName(name) && name.compareTo(LogDirectory.segmentName(n)) > 0) {
        Files.delete(file);
      }
    }
    Path file = LogFixture.segment(cut, n);
    byte[] octets = Files.readAllBytes(file);
    boolean isLast = !Files.exists(LogFixture.segment(whole, n + 1));
    int most = 0;
    for (int length = 0; length <= octets.length; length++) {
      LogFixture.truncate(file, 0);
      Files.write(file, java.util.Arrays.copyOf(octets, length));
      most = wholeEvents(events, before, length);
      check(cut, events.subList(0, before + most), isLast && length == octets.length, length);
    }
    return most;
  }

  private static void check(Path cut, List<Event> expected, boolean isWhole, int length)
      throws Exception {
    try (LogReader reader = LogReader.open(cut)) {
      String where = cut.getFileName() + " at " + length + ": " + reader.recovery();
      assertEquals(isWhole ? State.COMPLETE : State.CUT, reader.recovery().state(), where);
      assertEquals(expected.size(), reader.recovery().events(), where);
      assertEquals(expected, LogFixture.rest(reader), where);
      assertEquals(
          expected.isEmpty() ? null : expected.getLast().position(),
          reader.recovery().last().orElse(null),
          where);
    }
  }

  private static int wholeEvents(List<Event> events, int before, int length) {
    int end = SegmentLayout.HEADER_BYTES;
    int count = 0;
    for (Event event : events.subList(before, events.size())) {
      end += event.sma().stream().mapToInt(FrameSizes::sma).sum() + FrameSizes.brk(event.brk());
      if (end > length) {
        break;
      }
      count++;
    }
    return count;
  }

  @Test
  void shouldGoOnWhenACutLogIsResumed() throws Exception {
    List<Event> events = LogSamples.events(60, 4);
    Path path = temp.resolve("resumed");
    LogFixture.complete(path, events, LogFixture.SMALL_SEGMENTS);
    byte[] second = Files.readAllBytes(LogFixture.segment(path, 1));
    for (int length = 0; length <= second.length; length += 13) {
      Path cut = temp.resolve("resume" + length);
      LogFixture.copy(path, cut);
      for (int n = 2; Files.deleteIfExists(LogFixture.segment(cut, n)); n++) {}
      LogFixture.truncate(LogFixture.segment(cut, 1), length);
      LogDirectory directory = LogDirectory.open(cut);
      try (LogWriter writer =
          LogWriter.resume(directory, LogFixture.SMALL_SEGMENTS, sequence -> {})) {
        int from = (int) writer.sequence();
        assertTrue(from > 0 && from < events.size(), "length " + length);
        for (Event event : events.subList(from, events.size())) {
          writer.append(event);
        }
        writer.complete(LogSamples.end(events));
      }
      LogVerifier.Report report = LogVerifier.verify(cut);
      assertTrue(report.isGood() && report.notes().isEmpty(), report::text);
      assertEquals(events, LogFixture.read(cut));
      for (Path file : LogFixture.files(path)) {
        Path other = cut.resolve(path.relativize(file).toString());
        assertEquals(-1, Files.mismatch(file, other), "the same octets: " + other);
      }
    }
  }
}

package dev.vls.log.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.log.Event;
import dev.vls.log.LogSamples;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeTry;

class LogRoundTripPropertyTest {
  private Path path;

  @BeforeTry
  void createDirectory() throws IOException {
    removeDirectory();
    path = Files.createTempDirectory("log");
  }

  @AfterProperty
  void removeDirectory() throws IOException {
    if (path != null) {
      try (Stream<Path> files = Files.walk(path)) {
        files.sorted(Comparator.reverseOrder()).forEach(LogRoundTripPropertyTest::delete);
      }
    }
  }

  @Property(tries = 40)
  void shouldReadWhatWasWritten(
      @ForAll long seed,
      @ForAll @IntRange(max = 200) int count,
      @ForAll @IntRange(min = 1024, max = 10_000) int segmentBytes)
      throws Exception {
    List<Event> events = LogSamples.events(count, seed);
    LogFixture.complete(path, events, LogWriterConfig.DEFAULT.withSegmentBytes(segmentBytes));
    try (LogReader reader = LogReader.open(path)) {
      assertEquals(RecoveryReport.State.COMPLETE, reader.recovery().state());
      assertEquals(count, reader.recovery().events());
      assertEquals(events, LogFixture.rest(reader));
      assertEquals(LogSamples.end(events), reader.end().orElseThrow());
    }
    LogVerifier.Report report = LogVerifier.verify(path);
    assertTrue(report.isGood() && report.notes().isEmpty(), report::text);
  }

  @Property(tries = 40)
  void shouldSeekToTheFirstEventAtOrAfterAPosition(
      @ForAll long seed,
      @ForAll @IntRange(max = 100) int count,
      @ForAll @IntRange(max = 12_000_000) int steps,
      @ForAll boolean withIndex)
      throws Exception {
    List<Event> events = LogSamples.events(count, seed);
    LogFixture.complete(path, events, LogFixture.SMALL_SEGMENTS);
    if (!withIndex) {
      Files.delete(path.resolve("index"));
    }
    List<Event> expected = events.stream().filter(e -> e.position().steps() >= steps).toList();
    try (LogReader reader = LogReader.open(path)) {
      reader.next();
      reader.seekSteps(steps);
      assertEquals(count - expected.size(), reader.sequence());
      assertEquals(expected, LogFixture.rest(reader));
      reader.rewind();
      assertEquals(events, LogFixture.rest(reader));
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

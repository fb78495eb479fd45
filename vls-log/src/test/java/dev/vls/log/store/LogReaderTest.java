package dev.vls.log.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.log.Event;
import dev.vls.log.LogException;
import dev.vls.log.LogException.Kind;
import dev.vls.log.LogSamples;
import dev.vls.log.Manifest;
import dev.vls.log.store.LogReader.OnDamage;
import dev.vls.log.store.RecoveryReport.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogReaderTest {
  private final List<Event> events = LogSamples.events(40, 9);

  @TempDir Path temp;

  @Test
  void shouldSayNotALogWhenThereIsNoManifest() {
    LogException e = assertThrows(LogException.class, () -> LogReader.open(temp));
    assertEquals(Kind.NOT_A_LOG, e.kind());
  }

  @Test
  void shouldNameTheSegmentWhenOneIsMissing() throws Exception {
    LogFixture.complete(temp, events, LogFixture.SMALL_SEGMENTS);
    Files.delete(LogFixture.segment(temp, 1));
    LogException e = assertThrows(LogException.class, () -> LogReader.open(temp));
    assertEquals(Kind.DAMAGED, e.kind());
    assertTrue(e.getMessage().contains("segment-00000001.vls is missing"), e.getMessage());
    try (LogReader reader = LogReader.open(LogDirectory.open(temp), OnDamage.STOP_BEFORE)) {
      List<Event> read = LogFixture.rest(reader);
      assertTrue(!read.isEmpty());
      assertEquals(events.subList(0, read.size()), read);
      assertEquals(State.DAMAGED, reader.recovery().state());
    }
  }

  @Test
  void shouldRefuseWhenAFinishedSegmentIsCut() throws Exception {
    LogFixture.complete(temp, events, LogFixture.SMALL_SEGMENTS);
    byte[] octets = Files.readAllBytes(LogFixture.segment(temp, 0));
    for (int length = 0; length < octets.length; length++) {
      Files.write(LogFixture.segment(temp, 0), Arrays.copyOf(octets, length));
      LogException e = assertThrows(LogException.class, () -> LogReader.open(temp));
      assertEquals(Kind.DAMAGED, e.kind());
    }
  }

  @Test
  void shouldRefuseASegmentOfAnotherLog() throws Exception {
    Manifest m = LogSamples.manifest();
    Manifest other =
        new Manifest(m.features(), "other", m.createdUnixMs(), m.machine(), m.images());
    Path second = temp.resolve("second");
    LogFixture.complete(temp.resolve("first"), events, LogFixture.SMALL_SEGMENTS);
    LogDirectory directory = LogDirectory.create(second, other, LogSamples.images());
    try (LogWriter writer = LogWriter.create(directory, LogFixture.SMALL_SEGMENTS)) {
      for (Event event : events) {
        writer.append(event);
      }
      writer.complete(LogSamples.end(events));
    }
    Files.write(
        LogFixture.segment(second, 1),
        Files.readAllBytes(LogFixture.segment(temp.resolve("first"), 1)));
    LogException e = assertThrows(LogException.class, () -> LogReader.open(second));
    assertTrue(e.getMessage().contains("belongs to another log"), e.getMessage());
  }

  @Test
  void shouldSeekWhenTheIndexIsStaleOrDamagedOrLies() throws Exception {
    LogDirectory directory = LogFixture.complete(temp, events, LogFixture.SMALL_SEGMENTS);
    Path index = temp.resolve("index");
    byte[] good = Files.readAllBytes(index);
    byte[] damaged = good.clone();
    damaged[40] ^= 1;
    int segments = directory.segmentNumbers().size();
    byte[] stale = LogIndex.encode(List.of(), directory.seed(), segments - 1, 5);
    long length = Files.size(LogFixture.segment(temp, segments - 1));
    Event target = events.get(20);
    byte[] lying =
        LogIndex.encode(
            List.of(
                new LogIndex.Entry(events.getFirst().position(), 30, 1, SegmentLayout.HEADER_BYTES),
                new LogIndex.Entry(target.position(), -1, 70_000, -5)),
            directory.seed(),
            segments,
            length);
    for (byte[] octets : List.of(good, damaged, stale, lying, new byte[3])) {
      Files.write(index, octets);
      try (LogReader reader = LogReader.open(temp)) {
        reader.seek(target.position());
        assertEquals(20, reader.sequence());
        assertEquals(target, reader.next().orElseThrow());
      }
    }
  }

  @Test
  void shouldOnlyThrowLogExceptionWhenFilesAreGarbage() throws Exception {
    long seed = 20_260_105;
    Random random = new Random(seed);
    LogFixture.complete(temp, events, LogFixture.SMALL_SEGMENTS);
    List<Path> files = LogFixture.files(temp);
    for (int i = 0; i < 2000; i++) {
      Path file = files.get(random.nextInt(files.size()));
      byte[] good = Files.readAllBytes(file);
      byte[] octets = Arrays.copyOf(good, random.nextInt(2 * good.length));
      for (int n = random.nextInt(20); n > 0 && octets.length > 0; n--) {
        octets[random.nextInt(octets.length)] = (byte) random.nextInt();
      }
      Files.write(file, octets);
      LogVerifier.Report report = LogVerifier.verify(temp);
      assertTrue(Arrays.equals(octets, good) || !report.isGood(), "seed " + seed + " try " + i);
      try (LogReader reader = LogReader.open(temp)) {
        reader.seekSteps(random.nextInt(2_000_000));
        LogFixture.rest(reader);
      } catch (LogException e) {
        assertTrue(!e.getMessage().isEmpty());
      }
      Files.write(file, good);
    }
  }

  @Test
  void shouldNotSearchLongWhenATailIsHostile() throws Exception {
    LogDirectory directory = LogFixture.directory(temp);
    LogWriter.create(directory, LogWriterConfig.DEFAULT).close();
    // Every octet begins a header of a frame that fits: each costs a checksum of 65,793 octets.
    byte[] tail = new byte[8 << 20];
    Arrays.fill(tail, (byte) 1);
    byte[] header = Files.readAllBytes(LogFixture.segment(temp, 0));
    byte[] file = Arrays.copyOf(header, header.length + tail.length);
    System.arraycopy(tail, 0, file, header.length, tail.length);
    Files.write(LogFixture.segment(temp, 0), file);
    try (LogReader reader = LogReader.open(temp)) {
      assertEquals(State.CUT, reader.recovery().state());
      assertEquals(tail.length, reader.recovery().droppedBytes());
    }
  }
}

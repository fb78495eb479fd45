package dev.vls.log.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.log.Event;
import dev.vls.log.LogException;
import dev.vls.log.LogException.Kind;
import dev.vls.log.LogSamples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Octets that changed on the disk. */
class LogFlipTest {
  @TempDir Path temp;

  @Test
  void shouldReportWhenAnyOctetOfAnyFileIsFlipped() throws Exception {
    List<Event> events = LogSamples.events(20, 5);
    LogFixture.complete(temp, events, LogFixture.SMALL_SEGMENTS);
    assertTrue(LogVerifier.verify(temp).isGood());
    for (Path file : LogFixture.files(temp)) {
      byte[] octets = Files.readAllBytes(file);
      for (int i = 0; i < octets.length; i++) {
        int bit = Boolean.getBoolean("vls.long") ? 0 : i % 8;
        do {
          byte[] flipped = octets.clone();
          flipped[i] ^= (byte) (1 << bit);
          Files.write(file, flipped);
          check(events, file + " octet " + i + " bit " + bit);
          bit++;
        } while (Boolean.getBoolean("vls.long") && bit < 8);
      }
      Files.write(file, octets);
    }
  }

  private void check(List<Event> events, String where) throws LogException {
    LogVerifier.Report report = LogVerifier.verify(temp);
    assertFalse(report.isGood(), where);
    String problem = report.problems().getFirst();
    assertFalse(problem.isEmpty() || problem.contains("Exception"), problem);
    LogDirectory directory;
    try {
      directory = LogDirectory.open(temp);
    } catch (LogException e) {
      return;
    }
    try (LogReader reader = LogReader.open(directory, LogReader.OnDamage.STOP_BEFORE)) {
      List<Event> read = LogFixture.rest(reader);
      assertEquals(events.subList(0, read.size()), read, where);
    }
    refuseOrGiveAll(events, where);
  }

  /**
   * Without the explicit request, damage to segments is an exception; damage to an image or the
   * index changes no event.
   */
  private void refuseOrGiveAll(List<Event> events, String where) {
    try {
      assertEquals(events, LogFixture.read(temp), where);
      assertFalse(where.contains(".vls"), where);
    } catch (LogException e) {
      assertEquals(Kind.DAMAGED, e.kind(), where);
      assertTrue(where.contains(".vls"), where);
    }
  }

  @Test
  void shouldRefuseWhenFramesAreSwappedOrRepeatedOrDropped() throws Exception {
    List<Event> events =
        List.of(
            LogSamples.timeRebase(1_000_000, 1),
            LogSamples.timeRebase(1_000_001, 1),
            LogSamples.timeRebase(1_000_002, 1));
    LogFixture.complete(temp, events, LogWriterConfig.DEFAULT);
    Path file = LogFixture.segment(temp, 0);
    byte[] octets = Files.readAllBytes(file);
    int frame = dev.vls.log.frame.FrameSizes.brk(events.getFirst().brk());
    int first = SegmentLayout.HEADER_BYTES;
    for (int[] order : new int[][] {{1, 0, 2}, {0, 0, 2}, {0, 2, 1}, {1, 2}, {0, 1, 2, 2}}) {
      byte[] changed = new byte[octets.length + (order.length - 3) * frame];
      System.arraycopy(octets, 0, changed, 0, first);
      for (int i = 0; i < order.length; i++) {
        System.arraycopy(octets, first + order[i] * frame, changed, first + i * frame, frame);
      }
      int tail = octets.length - first - 3 * frame;
      System.arraycopy(octets, octets.length - tail, changed, changed.length - tail, tail);
      Files.write(file, changed);
      assertFalse(LogVerifier.verify(temp).isGood(), () -> java.util.Arrays.toString(order));
    }
  }
}

package dev.vls.log.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.log.Event;
import dev.vls.log.LogException;
import dev.vls.log.LogException.Kind;
import dev.vls.log.LogSamples;
import dev.vls.log.store.RecoveryReport.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogWriterTest {
  @TempDir Path temp;

  @Test
  void shouldLeaveACutLogWhenClosedWithoutAnEnd() throws Exception {
    List<Event> events = LogSamples.events(10, 1);
    LogWriter writer = LogWriter.create(LogFixture.directory(temp), LogWriterConfig.DEFAULT);
    for (Event event : events) {
      writer.append(event);
    }
    writer.close();
    writer.close();
    assertEquals(10, writer.durableSequence());
    assertThrows(
        IllegalStateException.class,
        () -> writer.append(LogSamples.timeRebase(1L << 40, 1L << 40)));
    try (LogReader reader = LogReader.open(temp)) {
      assertEquals(State.CUT, reader.recovery().state());
      assertEquals(0, reader.recovery().droppedBytes());
      assertEquals(events, LogFixture.rest(reader));
      assertTrue(reader.end().isEmpty());
    }
  }

  @Test
  void shouldCompleteTheLogWhenTheThreadIsInterrupted() throws Exception {
    List<Event> events = LogSamples.events(10, 1);
    LogWriter writer = LogWriter.create(LogFixture.directory(temp), LogWriterConfig.DEFAULT);
    for (Event event : events) {
      writer.append(event);
    }
    Thread.currentThread().interrupt();
    writer.complete(LogSamples.end(events));
    assertTrue(Thread.interrupted(), "the interrupt is kept");
    assertTrue(LogVerifier.verify(temp).isGood());
  }

  @Test
  void shouldRefuseAnEventWhosePositionDoesNotIncrease() throws Exception {
    try (LogWriter writer = LogWriter.create(LogFixture.directory(temp), LogWriterConfig.DEFAULT)) {
      writer.append(LogSamples.timeRebase(10, 5));
      for (Event late :
          List.of(
              LogSamples.timeRebase(10, 5),
              LogSamples.timeRebase(9, 7),
              LogSamples.timeRebase(20, 4))) {
        assertThrows(IllegalArgumentException.class, () -> writer.append(late));
      }
      assertEquals(1, writer.append(LogSamples.timeRebase(10, 6)));
    }
  }

  @Test
  void shouldTellWhatIsDurableUnderEachPolicy() throws Exception {
    List<SyncPolicy> policies =
        List.of(
            SyncPolicy.SYSTEM,
            SyncPolicy.DISK,
            new SyncPolicy(SyncPolicy.Target.DISK, Duration.ofMillis(5)));
    for (SyncPolicy policy : policies) {
      BlockingQueue<Long> told = new LinkedBlockingQueue<>();
      LogDirectory directory = LogFixture.directory(temp.resolve(policies.indexOf(policy) + ""));
      try (LogWriter writer =
          LogWriter.create(directory, LogWriterConfig.DEFAULT.withSync(policy), told::add)) {
        for (Event event : LogSamples.events(100, 2)) {
          writer.append(event);
        }
        long durable = 0;
        while (durable < 100) {
          long next = told.take();
          assertTrue(next > durable, "it only grows");
          durable = next;
        }
        assertEquals(100, writer.durableSequence());
        assertEquals(100, writer.counters().events());
        assertEquals(policy.target() == SyncPolicy.Target.DISK, writer.counters().syncs() > 0);
      }
    }
  }

  @Test
  void shouldMakeTheProducerWaitWhenTheQueueIsFull() throws Exception {
    CountDownLatch stuck = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    LogWriterConfig config = new LogWriterConfig(1 << 20, 2, 1 << 20, SyncPolicy.SYSTEM);
    LogWriter writer =
        LogWriter.create(
            LogFixture.directory(temp),
            config,
            sequence -> {
              stuck.countDown();
              awaitQuietly(go);
            });
    List<Event> events = LogSamples.events(20, 3);
    writer.append(events.getFirst());
    stuck.await();
    Thread producer =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    for (Event event : events.subList(1, events.size())) {
                      writer.append(event);
                    }
                  } catch (LogException | InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                });
    while (producer.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    assertEquals(2, writer.queueDepth());
    go.countDown();
    producer.join();
    writer.close();
    assertTrue(writer.counters().pauses() > 0);
    assertEquals(events, LogFixture.read(temp));
  }

  @Test
  void shouldKeepAPrefixWhenTheDirectoryIsCopiedWhileItGrows() throws Exception {
    List<Event> events = LogSamples.events(3000, 6);
    Path live = temp.resolve("live");
    LogWriter writer = LogWriter.create(LogFixture.directory(live), LogFixture.SMALL_SEGMENTS);
    Thread producer =
        Thread.ofVirtual()
            .start(
                () -> {
                  try (writer) {
                    for (Event event : events) {
                      writer.append(event);
                    }
                  } catch (LogException | InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                });
    int copies = 0;
    do {
      Path copy = temp.resolve("copy" + copies++);
      snapshot(live, copy);
      try (LogReader reader = LogReader.open(copy)) {
        assertEquals(State.CUT, reader.recovery().state());
        List<Event> read = LogFixture.rest(reader);
        assertEquals(events.subList(0, read.size()), read);
      }
    } while (producer.isAlive() && copies < 50);
    producer.join();
    assertEquals(events, LogFixture.read(live));
  }

  /** Copies as a crash would leave it: later segments only if the earlier ones are whole. */
  private static void snapshot(Path live, Path copy) throws Exception {
    List<Path> files = LogFixture.files(live).reversed();
    for (Path file : files) {
      String name = live.relativize(file).toString();
      if (name.endsWith(".tmp") || name.equals("index")) {
        continue;
      }
      Path target = copy.resolve(name);
      Files.createDirectories(target.getParent());
      Files.write(target, Files.readAllBytes(file));
    }
  }

  @Test
  void shouldReportWhenTheFileSystemFails() throws Exception {
    LogWriter writer = LogWriter.create(LogFixture.directory(temp), LogFixture.SMALL_SEGMENTS);
    Files.createFile(LogFixture.segment(temp, 1));
    LogException e =
        assertThrows(
            LogException.class,
            () -> {
              for (Event event : LogSamples.events(100_000, 7)) {
                writer.append(event);
              }
            });
    assertEquals(Kind.IO, e.kind());
    assertThrows(LogException.class, writer::close);
  }

  @Test
  void shouldRefuseADirectoryThatIsNotEmpty() throws Exception {
    Files.createFile(temp.resolve("something"));
    LogException e = assertThrows(LogException.class, () -> LogFixture.directory(temp));
    assertEquals(Kind.EXISTS, e.kind());
  }

  @Test
  void shouldRefuseToResumeACompleteLog() throws Exception {
    LogDirectory directory =
        LogFixture.complete(temp, LogSamples.events(3, 1), LogWriterConfig.DEFAULT);
    LogException e =
        assertThrows(
            LogException.class,
            () -> LogWriter.resume(directory, LogWriterConfig.DEFAULT, sequence -> {}));
    assertEquals(Kind.EXISTS, e.kind());
    assertFalse(e.getMessage().isEmpty());
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

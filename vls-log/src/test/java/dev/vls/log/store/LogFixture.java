package dev.vls.log.store;

import dev.vls.log.Event;
import dev.vls.log.LogException;
import dev.vls.log.LogSamples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Writes, reads, copies and removes whole logs for tests. */
final class LogFixture {
  static final LogWriterConfig SMALL_SEGMENTS = LogWriterConfig.DEFAULT.withSegmentBytes(1024);

  private LogFixture() {}

  static LogDirectory directory(Path path) throws LogException {
    return LogDirectory.create(path, LogSamples.manifest(), LogSamples.images());
  }

  static LogDirectory complete(Path path, List<Event> events, LogWriterConfig config)
      throws Exception {
    LogDirectory directory = directory(path);
    try (LogWriter writer = LogWriter.create(directory, config)) {
      for (Event event : events) {
        writer.append(event);
      }
      writer.complete(LogSamples.end(events));
    }
    return directory;
  }

  /** Returns all events that can be read. */
  static List<Event> read(Path path) throws LogException {
    try (LogReader reader = LogReader.open(path)) {
      return rest(reader);
    }
  }

  static List<Event> rest(LogReader reader) throws LogException {
    List<Event> events = new ArrayList<>();
    for (Optional<Event> e = reader.next(); e.isPresent(); e = reader.next()) {
      events.add(e.get());
    }
    return events;
  }

  static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  static void copy(Path from, Path to) throws IOException {
    for (Path file : files(from)) {
      Path target = to.resolve(from.relativize(file).toString());
      Files.createDirectories(target.getParent());
      Files.write(target, Files.readAllBytes(file));
    }
  }

  static Path segment(Path directory, int number) {
    return directory.resolve(LogDirectory.segmentName(number));
  }

  static void truncate(Path file, long length) throws IOException {
    byte[] octets = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(octets, (int) length));
  }
}

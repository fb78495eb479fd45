package dev.vls.log.store;

import dev.vls.log.Event;
import dev.vls.log.LogException;
import dev.vls.log.LogSamples;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

  /** Returns the files of a directory in order; a writer may rename some meanwhile. */
  static List<Path> files(Path directory) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            files.add(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException cause) throws IOException {
            if (cause instanceof NoSuchFileException && !file.equals(directory)) {
              return FileVisitResult.CONTINUE;
            }
            throw cause;
          }
        });
    return files.stream().sorted().toList();
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

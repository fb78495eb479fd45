package dev.vls.log.store;

import dev.vls.log.Event;
import dev.vls.log.LogException;
import dev.vls.log.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Reads every octet of a log directory and says what is wrong; {@code vls log verify} prints it.
 */
public final class LogVerifier {
  /**
   * What was found.
   *
   * @param recovery state of the segments; none where the manifest cannot be used
   * @param problems one sentence each; none if every octet is as it was written and all of the log
   *     is there
   * @param notes one sentence each, about what changes nothing, such as left-over files
   */
  public record Report(
      Optional<RecoveryReport> recovery, List<String> problems, List<String> notes) {
    /** Copies the lists. */
    public Report {
      problems = List.copyOf(problems);
      notes = List.copyOf(notes);
    }

    /** Returns whether nothing is wrong. */
    public boolean isGood() {
      return problems.isEmpty();
    }

    /** Returns several lines for a person. */
    public String text() {
      StringBuilder out = new StringBuilder();
      recovery.ifPresent(r -> out.append(r.detail()).append('\n'));
      problems.forEach(p -> out.append("problem: ").append(p).append('\n'));
      notes.forEach(n -> out.append("note: ").append(n).append('\n'));
      return out.append(isGood() ? "good\n" : "not good\n").toString();
    }
  }

  private final List<String> problems = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  private LogVerifier() {}

  /** Verifies the log in {@code path}; whatever is there, the answer is a report. */
  public static Report verify(Path path) {
    LogVerifier verifier = new LogVerifier();
    Optional<RecoveryReport> recovery = verifier.run(path);
    return new Report(recovery, verifier.problems, verifier.notes);
  }

  private Optional<RecoveryReport> run(Path path) {
    try {
      LogDirectory directory = LogDirectory.open(path);
      images(directory);
      strays(directory);
      return Optional.of(segments(directory));
    } catch (LogException e) {
      problems.add(e.getMessage());
      return Optional.empty();
    }
  }

  private void images(LogDirectory directory) {
    for (Manifest.Image image : directory.manifest().images()) {
      try {
        directory.readImage(image);
      } catch (LogException e) {
        problems.add(e.getMessage());
      }
    }
  }

  private RecoveryReport segments(LogDirectory directory) throws LogException {
    try (LogReader reader = LogReader.open(directory, LogReader.OnDamage.STOP_BEFORE)) {
      long smaFrames = 0;
      IndexBuilder index = new IndexBuilder(List.of());
      for (Optional<Event> e = reader.next(); e.isPresent(); e = reader.next()) {
        smaFrames += e.get().sma().size();
        IndexScan.add(index, reader, e.get());
      }
      if (reader.recovery().state() != RecoveryReport.State.COMPLETE) {
        problems.add(reader.recovery().detail());
      } else if (reader.endSmaFrames() != smaFrames) {
        problems.add(
            "END counts "
                + reader.endSmaFrames()
                + " SMA frames where there are "
                + smaFrames
                + "; the log is damaged");
      }
      index(reader, index);
      return reader.recovery();
    }
  }

  private void index(LogReader reader, IndexBuilder scanned) throws LogException {
    try {
      LogIndex.Loaded loaded = reader.loadIndexFile();
      if (loaded.trouble().isEmpty()) {
        if (!loaded.index().orElseThrow().entries().equals(scanned.entries())) {
          problems.add("the index names other places than the segments; delete it");
        }
        return;
      }
      switch (loaded.trouble().get()) {
        case MISSING -> notes.add("there is no index; it will be built when it is needed");
        case STALE -> notes.add("the index is older than the segments and is not used");
        case DAMAGED -> problems.add("the index is damaged and is not used; delete it");
      }
    } catch (IOException e) {
      problems.add(
          LogDirectory.failure("read the index of", reader.directory().path(), e).getMessage());
    }
  }

  private void strays(LogDirectory directory) throws LogException {
    Set<String> known = new TreeSet<>();
    known.add(LogDirectory.MANIFEST);
    known.add(LogDirectory.INDEX);
    known.add(LogDirectory.IMAGES);
    known.add(LogDirectory.CHECKPOINTS);
    strays(directory.path(), known);
    Set<String> images = new TreeSet<>();
    directory.manifest().images().forEach(image -> images.add(image.sha256().hex()));
    if (!images.isEmpty() || Files.isDirectory(directory.images())) {
      strays(directory.images(), images);
    }
  }

  private void strays(Path path, Set<String> known) throws LogException {
    try (Stream<Path> files = Files.list(path)) {
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> !known.contains(name) && !LogDirectory.isSegmentName(name))
          .sorted()
          .forEach(name -> notes.add(path.resolve(name) + " is not part of the log"));
    } catch (IOException e) {
      throw LogDirectory.failure("list", path, e);
    }
  }
}

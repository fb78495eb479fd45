package dev.vls.log.store;

import dev.vls.log.Event;
import dev.vls.log.LogException;
import dev.vls.log.LogException.Kind;
import dev.vls.log.LogPosition;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/** Where a writer goes on with a log that was cut; found by reading and checking all of it. */
record ResumePoint(
    LogReader.Place place,
    boolean afterSeal,
    long sequence,
    long smaFrames,
    Optional<LogPosition> last,
    List<LogIndex.Entry> index) {

  static ResumePoint find(LogDirectory directory) throws LogException {
    try (LogReader reader = LogReader.open(directory, LogReader.OnDamage.REFUSE)) {
      if (reader.end().isPresent()) {
        throw new LogException(
            Kind.EXISTS, "the log in " + directory.path() + " is complete; nothing can follow");
      }
      IndexBuilder index = new IndexBuilder(List.of());
      long smaFrames = 0;
      Optional<LogPosition> last = Optional.empty();
      for (Optional<Event> e = reader.next(); e.isPresent(); e = reader.next()) {
        IndexScan.add(index, reader, e.get());
        smaFrames += e.get().sma().size();
        last = Optional.of(e.get().position());
      }
      boolean afterSeal = reader.endsWithSeal() || reader.isEmpty();
      return new ResumePoint(
          reader.place(), afterSeal, reader.sequence(), smaFrames, last, index.entries());
    }
  }

  /** Returns the number of the segment to write to. */
  int segment() {
    return afterSeal && place.segment() >= 0 ? place.segment() + 1 : Math.max(0, place.segment());
  }

  /** Cuts the torn tail off and opens the segment. */
  SegmentWriter open(LogDirectory directory) throws IOException {
    int number = segment();
    Files.deleteIfExists(directory.segmentPath(number + 1));
    if (afterSeal) {
      Files.deleteIfExists(directory.segmentPath(number));
      SegmentWriter writer = SegmentWriter.create(directory, number, sequence);
      LogDirectory.sync(directory.path());
      return writer;
    }
    return SegmentWriter.resume(
        directory.segmentPath(number), place.end(), place.events(), place.frames());
  }
}

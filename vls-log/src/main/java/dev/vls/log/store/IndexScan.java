package dev.vls.log.store;

import dev.vls.log.Event;
import dev.vls.log.LogException;
import java.util.List;
import java.util.Optional;

/** Builds the index of a log again by reading all of it; stops before damage. */
final class IndexScan {
  private IndexScan() {}

  static LogIndex run(LogDirectory directory) throws LogException {
    IndexBuilder builder = new IndexBuilder(List.of());
    try (LogReader reader = LogReader.open(directory, LogReader.OnDamage.STOP_BEFORE)) {
      for (Optional<Event> e = reader.next(); e.isPresent(); e = reader.next()) {
        add(builder, reader, e.get());
      }
    }
    return new LogIndex(builder.entries());
  }

  /** Notes the event that {@code reader} has just returned. */
  static void add(IndexBuilder builder, LogReader reader, Event event) {
    LogReader.Place place = reader.place();
    builder.event(event.position(), reader.sequence() - 1, place.segment(), place.eventStart());
  }
}

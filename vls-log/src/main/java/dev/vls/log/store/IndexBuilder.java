package dev.vls.log.store;

import dev.vls.log.LogPosition;
import java.util.ArrayList;
import java.util.List;

/**
 * Chooses the events that get an index entry: the first of each segment, then one every 256 KiB.
 */
final class IndexBuilder {
  private static final int EVERY_BYTES = 1 << 18;

  private final List<LogIndex.Entry> entries;

  /** Goes on after {@code entries}. */
  IndexBuilder(List<LogIndex.Entry> entries) {
    this.entries = new ArrayList<>(entries);
  }

  /** Notes an event that begins at {@code offset} of segment {@code number}. */
  void event(LogPosition position, long sequence, int number, long offset) {
    if (entries.isEmpty() || isDue(entries.getLast(), number, offset)) {
      entries.add(new LogIndex.Entry(position, sequence, number, (int) offset));
    }
  }

  List<LogIndex.Entry> entries() {
    return List.copyOf(entries);
  }

  byte[] encode(int seed, int segments, long lastLength) {
    return LogIndex.encode(entries, seed, segments, lastLength);
  }

  private static boolean isDue(LogIndex.Entry last, int number, long offset) {
    return last.segment() != number || offset - last.offset() >= EVERY_BYTES;
  }
}

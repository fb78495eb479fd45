package dev.vls.log.store;

import dev.vls.log.LogPosition;
import dev.vls.log.frame.FrameLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The file {@code index}: where events lie, by position (docs/format.md). Derived, and never
 * believed without a checksum of the event itself.
 *
 * @param entries ascending
 */
record LogIndex(List<Entry> entries) {
  private static final long MAGIC = 0x0A0D584449534C56L;
  private static final int VERSION = 8;
  private static final int SEED = 12;
  private static final int SEGMENTS = 16;
  private static final int LAST_LENGTH = 20;
  private static final int COUNT = 28;
  private static final int ENTRIES = 32;
  private static final int ENTRY_BYTES = 32;
  private static final int CRC_BYTES = 4;
  private static final int FORMAT_VERSION = 1;

  /** Where one event lies. */
  record Entry(LogPosition position, long sequence, int segment, int offset) {}

  /** Why a file cannot be used. */
  enum Trouble {
    MISSING,
    STALE,
    DAMAGED
  }

  /** An index, or why there is none. */
  record Loaded(Optional<LogIndex> index, Optional<Trouble> trouble) {
    private static Loaded no(Trouble trouble) {
      return new Loaded(Optional.empty(), Optional.of(trouble));
    }
  }

  /** Copies the list. */
  LogIndex {
    entries = List.copyOf(entries);
  }

  /** Returns the octets of the file. */
  static byte[] encode(List<Entry> entries, int seed, int segments, long lastLength) {
    byte[] file = new byte[ENTRIES + entries.size() * ENTRY_BYTES + CRC_BYTES];
    FrameLayout.putInt64(file, 0, MAGIC);
    FrameLayout.putInt32(file, VERSION, FORMAT_VERSION);
    FrameLayout.putInt32(file, SEED, seed);
    FrameLayout.putInt32(file, SEGMENTS, segments);
    FrameLayout.putInt64(file, LAST_LENGTH, lastLength);
    FrameLayout.putInt32(file, COUNT, entries.size());
    int at = ENTRIES;
    for (Entry entry : entries) {
      FrameLayout.putInt64(file, at, entry.position().instret());
      FrameLayout.putInt64(file, at + 8, entry.position().traps());
      FrameLayout.putInt64(file, at + 16, entry.sequence());
      FrameLayout.putInt32(file, at + 24, entry.segment());
      FrameLayout.putInt32(file, at + 28, entry.offset());
      at += ENTRY_BYTES;
    }
    FrameLayout.putInt32(file, at, crc(file));
    return file;
  }

  /** Reads the file; {@code limitBytes} bounds what is read of it. */
  static Loaded load(Path path, int seed, int segments, long lastLength, long limitBytes)
      throws IOException {
    if (!Files.isRegularFile(path)) {
      return Loaded.no(Trouble.MISSING);
    }
    long size = Files.size(path);
    if (size < ENTRIES + CRC_BYTES || size > limitBytes) {
      return Loaded.no(Trouble.DAMAGED);
    }
    byte[] file = Files.readAllBytes(path);
    if (FrameLayout.int64(file, 0) != MAGIC
        || FrameLayout.int32(file, file.length - CRC_BYTES) != crc(file)) {
      return Loaded.no(Trouble.DAMAGED);
    }
    if (FrameLayout.int32(file, VERSION) != FORMAT_VERSION
        || FrameLayout.int32(file, SEED) != seed
        || FrameLayout.int32(file, SEGMENTS) != segments
        || FrameLayout.int64(file, LAST_LENGTH) != lastLength) {
      return Loaded.no(Trouble.STALE);
    }
    return entries(file);
  }

  /** Returns the last entry whose position has at most {@code steps} steps. */
  Optional<Entry> floor(long steps) {
    int low = 0;
    int high = entries.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (entries.get(middle).position().steps() <= steps) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == 0 ? Optional.empty() : Optional.of(entries.get(low - 1));
  }

  private static Loaded entries(byte[] file) {
    int count = FrameLayout.int32(file, COUNT);
    if (count < 0 || (long) count * ENTRY_BYTES != file.length - ENTRIES - CRC_BYTES) {
      return Loaded.no(Trouble.DAMAGED);
    }
    List<Entry> entries = new ArrayList<>(count);
    try {
      for (int at = ENTRIES; at < file.length - CRC_BYTES; at += ENTRY_BYTES) {
        entries.add(
            new Entry(
                new LogPosition(FrameLayout.int64(file, at), FrameLayout.int64(file, at + 8)),
                FrameLayout.int64(file, at + 16),
                FrameLayout.int32(file, at + 24),
                FrameLayout.int32(file, at + 28)));
      }
    } catch (IllegalArgumentException e) {
      return Loaded.no(Trouble.DAMAGED);
    }
    for (int i = 1; i < count; i++) {
      if (!entries.get(i).position().isAfter(entries.get(i - 1).position())) {
        return Loaded.no(Trouble.DAMAGED);
      }
    }
    return new Loaded(Optional.of(new LogIndex(entries)), Optional.empty());
  }

  private static int crc(byte[] file) {
    CRC32C crc = new CRC32C();
    crc.update(file, 0, file.length - CRC_BYTES);
    return (int) crc.getValue();
  }
}

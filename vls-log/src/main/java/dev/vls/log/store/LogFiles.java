package dev.vls.log.store;

import dev.vls.log.LogException;
import dev.vls.log.LogException.Kind;
import dev.vls.log.frame.BadFrameException;
import dev.vls.log.frame.EventDecoder;
import dev.vls.log.frame.FrameLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The segments of a log as far as their headers and SEALs make sense, without reading what is
 * between them.
 *
 * @param segments usable ones, from number 0
 * @param damage what is wrong behind them or at their ends, if something is
 * @param cut what is missing behind them, if it looks like the writer's death
 * @param lostBytes octets of files that are not used
 */
record LogFiles(
    List<Segment> segments, Optional<String> damage, Optional<String> cut, long lostBytes) {
  /** One segment file. */
  record Segment(Path file, int number, long firstSequence, long size) {}

  /** Copies the list. */
  LogFiles {
    segments = List.copyOf(segments);
  }

  /** Looks at a log's files. */
  static LogFiles look(LogDirectory directory) throws LogException {
    try {
      return new Look(directory).run();
    } catch (LogException e) {
      throw e;
    } catch (IOException e) {
      throw LogDirectory.failure("read the log in", directory.path(), e);
    }
  }

  Segment last() {
    return segments.getLast();
  }

  private static final class Look {
    private final LogDirectory directory;
    private final List<Integer> numbers;
    private final int count;
    private final List<Segment> segments = new ArrayList<>();
    private String damage;
    private String cut;
    private long lostBytes;

    Look(LogDirectory directory) throws LogException {
      this.directory = directory;
      this.numbers = directory.segmentNumbers();
      this.count = numbers.isEmpty() ? 0 : numbers.getLast() + 1;
    }

    LogFiles run() throws IOException {
      int number = 0;
      while (number < count && damage == null && cut == null) {
        header(number);
        if (damage == null && cut == null && number > 0) {
          seal(segments.get(number - 1), segments.get(number).firstSequence());
        }
        number++;
      }
      if (count == 0) {
        cut = "it has no segment: the run died before its first event";
      }
      for (int n : numbers) {
        lostBytes += n < segments.size() ? 0 : Files.size(directory.segmentPath(n));
      }
      return new LogFiles(
          segments, Optional.ofNullable(damage), Optional.ofNullable(cut), lostBytes);
    }

    private void header(int number) throws IOException {
      Path file = directory.segmentPath(number);
      if (!Files.isRegularFile(file)) {
        damage = file + " is missing, but a later segment is there; restore it from a copy";
        return;
      }
      long size = Files.size(file);
      byte[] header = SegmentReader.head(file, SegmentLayout.HEADER_BYTES);
      boolean isLast = number == count - 1;
      if (header.length < SegmentLayout.HEADER_BYTES) {
        note(isLast, file + " ends inside its header");
        return;
      }
      try {
        SegmentLayout.check(header, number, directory.seed());
        long first = SegmentLayout.firstSequence(header);
        if (number == 0 && first != 0) {
          throw new BadFrameException("does not begin with event 0");
        }
        segments.add(new Segment(file, number, first, size));
      } catch (BadFrameException e) {
        boolean isEmpty = size == SegmentLayout.HEADER_BYTES;
        note(isLast && isEmpty, file + " " + e.getMessage());
      }
    }

    private void note(boolean isCut, String what) {
      if (isCut) {
        cut = what;
      } else {
        damage = what + "; restore it from a copy";
      }
    }

    /**
     * A segment that has a successor ends with a SEAL of the right sequence number; what that seals
     * is seen when it is read.
     */
    private void seal(Segment segment, long nextSequence) throws IOException {
      byte[] tail = new byte[0];
      if (segment.size() >= SegmentLayout.HEADER_BYTES + FrameLayout.SEAL_BYTES) {
        try (SegmentReader reader = SegmentReader.open(segment.file(), segment.size())) {
          tail = reader.peek(segment.size() - FrameLayout.SEAL_BYTES, FrameLayout.SEAL_BYTES);
        }
      }
      EventDecoder decoder = new EventDecoder(directory.seed(), nextSequence, Optional.empty());
      try {
        if (decoder.accept(tail, 0, tail.length) == EventDecoder.Step.SEAL) {
          return;
        }
      } catch (BadFrameException e) {
        // Said below, in words that fit both.
      }
      damage =
          segment.file()
              + " does not end with the seal of a finished segment, but a later one is there;"
              + " restore it from a copy";
      segments.removeLast();
    }
  }

  /** Returns what is wrong as the exception that refuses the log. */
  static LogException damaged(String what) {
    return new LogException(Kind.DAMAGED, "the log is damaged: " + what);
  }
}

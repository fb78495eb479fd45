package dev.vls.log.store;

import dev.vls.log.EndFrame;
import dev.vls.log.Event;
import dev.vls.log.LogException;
import dev.vls.log.LogPosition;
import dev.vls.log.frame.BadFrameException;
import dev.vls.log.frame.EventDecoder;
import dev.vls.log.frame.EventDecoder.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reads the events of a log directory in order, or from a position; belongs to one thread.
 *
 * <p>Opening looks at the manifest, at all headers and seals, and reads the last segment to find
 * where it stops. Everything else is checked as it is read. Whatever the files hold, nothing but
 * {@link LogException} comes out (DESIGN R6).
 */
public final class LogReader implements AutoCloseable {
  /** What to do about damage. */
  public enum OnDamage {
    /** Refuse: throw as soon as it is seen. */
    REFUSE,
    /** Give the events before it, then behave as at the end; {@link #recovery} says so. */
    STOP_BEFORE
  }

  private final LogDirectory directory;
  private final OnDamage onDamage;
  private final LogFiles files;
  private final TailScan tail;
  private RecoveryReport recovery;

  private EventDecoder decoder;
  private SegmentReader segment;
  private int number;
  private LogIndex index;
  private boolean over;
  private Event lookahead;

  private LogReader(LogDirectory directory, OnDamage onDamage, LogFiles files, TailScan tail)
      throws LogException {
    this.directory = directory;
    this.onDamage = onDamage;
    this.files = files;
    this.tail = tail;
    this.recovery = tail.report();
    rewind();
  }

  /** Opens a log that must not be damaged; one that was cut is fine, see {@link #recovery}. */
  public static LogReader open(Path path) throws LogException {
    return open(LogDirectory.open(path), OnDamage.REFUSE);
  }

  /**
   * Opens a log.
   *
   * @throws LogException if it is damaged and {@code onDamage} refuses that (DAMAGED), or cannot be
   *     read (IO)
   */
  public static LogReader open(LogDirectory directory, OnDamage onDamage) throws LogException {
    LogFiles files = LogFiles.look(directory);
    TailScan tail = TailScan.run(directory, files);
    RecoveryReport report = tail.report();
    if (onDamage == OnDamage.REFUSE && report.state() == RecoveryReport.State.DAMAGED) {
      throw LogFiles.damaged(report.detail());
    }
    return new LogReader(directory, onDamage, files, tail);
  }

  /** Returns the directory that is read. */
  public LogDirectory directory() {
    return directory;
  }

  /** Returns what opening found, and what reading found since. */
  public RecoveryReport recovery() {
    return recovery;
  }

  /** Returns how the run ended, if the log says so. */
  public Optional<EndFrame> end() {
    return tail.end();
  }

  /** Returns the sequence number of the event that {@link #next} returns next. */
  public long sequence() {
    return lookahead != null ? decoder.sequence() - 1 : decoder.sequence();
  }

  /**
   * Returns the next event; none at the end of the log, or where it was cut.
   *
   * @throws LogException if it is damaged, unless the reader was told to stop before damage
   */
  public Optional<Event> next() throws LogException {
    if (lookahead != null) {
      Event event = lookahead;
      lookahead = null;
      return Optional.of(event);
    }
    return Optional.ofNullable(read());
  }

  /**
   * Makes {@link #next} return the first event at or after a position.
   *
   * @throws LogException as {@link #next}
   */
  public void seek(LogPosition position) throws LogException {
    seekSteps(position.steps());
  }

  /** Makes {@link #next} return the first event whose position has at least {@code steps} steps. */
  public void seekSteps(long steps) throws LogException {
    if (index == null) {
      index = loadIndex();
    }
    Optional<LogIndex.Entry> entry = index.floor(steps);
    if (entry.isEmpty() || !jump(entry.get())) {
      rewind();
    }
    do {
      lookahead = read();
    } while (lookahead != null && lookahead.position().steps() < steps);
  }

  /** Makes {@link #next} return the first event of the log. */
  public void rewind() throws LogException {
    closeSegment();
    lookahead = null;
    over = files.segments().isEmpty();
    number = 0;
    decoder = new EventDecoder(directory.seed(), 0, Optional.empty());
  }

  @Override
  public void close() throws LogException {
    closeSegment();
    over = true;
  }

  private Event read() throws LogException {
    try {
      while (!over) {
        Step step = step();
        if (step == Step.EVENT) {
          return decoder.event();
        }
      }
      return null;
    } catch (LogException e) {
      throw e;
    } catch (IOException e) {
      throw LogDirectory.failure("read the log in", directory.path(), e);
    }
  }

  private Step step() throws IOException {
    if (segment == null) {
      segment = SegmentReader.open(current().file(), limit());
    }
    try {
      Step step = segment.next(decoder);
      switch (step) {
        case INCOMPLETE -> stop();
        case SEAL -> nextSegment();
        default -> {}
      }
      return step;
    } catch (BadFrameException e) {
      damage(
          "the frame at offset "
              + segment.offset()
              + " of "
              + segment.file()
              + " "
              + e.getMessage());
      return Step.INCOMPLETE;
    }
  }

  private LogFiles.Segment current() {
    return files.segments().get(number);
  }

  private boolean isLastSegment() {
    return number == files.segments().size() - 1;
  }

  private long limit() {
    return isLastSegment() ? tail.goodBytes() : current().size();
  }

  private void stop() throws LogException {
    if (isLastSegment()) {
      over = true;
    } else {
      damage(
          "the frame at offset " + segment.offset() + " of " + segment.file() + " leaves the file");
    }
  }

  private void nextSegment() throws LogException {
    if (isLastSegment()) {
      over = true;
      return;
    }
    if (decoder.end().isPresent()) {
      damage(current().file() + " ends the run, but a later segment is there");
      return;
    }
    closeSegment();
    number++;
    decoder.nextSegment();
    if (decoder.sequence() != current().firstSequence()) {
      damage(current().file() + " does not go on where the segment before it ends");
    }
  }

  private void damage(String what) throws LogException {
    over = true;
    if (onDamage == OnDamage.REFUSE) {
      throw LogFiles.damaged(what);
    }
    recovery =
        new RecoveryReport(
            RecoveryReport.State.DAMAGED,
            decoder.sequence(),
            decoder.last(),
            droppedBytes(),
            decoder.ordinal(),
            what);
  }

  private long droppedBytes() {
    long dropped = segment == null ? current().size() : current().size() - segment.eventOffset();
    for (int n = number + 1; n < files.segments().size(); n++) {
      dropped += files.segments().get(n).size();
    }
    return dropped + files.lostBytes();
  }

  /** Goes to an event that the index names; false if it is not there. */
  private boolean jump(LogIndex.Entry entry) throws LogException {
    if (entry.segment() < 0 || entry.segment() >= files.segments().size()) {
      return false;
    }
    closeSegment();
    number = entry.segment();
    if (entry.offset() < SegmentLayout.HEADER_BYTES || entry.offset() >= limit()) {
      return false;
    }
    try {
      if (!isAt(entry)) {
        return false;
      }
      segment = SegmentReader.openAt(current().file(), entry.offset(), limit());
    } catch (IOException e) {
      throw LogDirectory.failure("read the log in", directory.path(), e);
    }
    decoder = new EventDecoder(directory.seed(), entry.sequence(), Optional.empty());
    over = false;
    return true;
  }

  /** Returns whether the event that {@code entry} promises is where it says. */
  private boolean isAt(LogIndex.Entry entry) throws IOException {
    EventDecoder probe = new EventDecoder(directory.seed(), entry.sequence(), Optional.empty());
    try (SegmentReader reader = SegmentReader.openAt(current().file(), entry.offset(), limit())) {
      Step step = reader.next(probe);
      while (step == Step.FRAME) {
        step = reader.next(probe);
      }
      return step == Step.EVENT && probe.event().position().equals(entry.position());
    } catch (BadFrameException e) {
      // A stale or hostile index: the log is read from its beginning instead.
      return false;
    }
  }

  private LogIndex loadIndex() throws LogException {
    if (files.segments().isEmpty()) {
      return new LogIndex(List.of());
    }
    try {
      LogIndex.Loaded loaded = loadIndexFile();
      return loaded.index().isPresent() ? loaded.index().get() : IndexScan.run(directory);
    } catch (LogException e) {
      throw e;
    } catch (IOException e) {
      throw LogDirectory.failure("read the index of", directory.path(), e);
    }
  }

  /**
   * Returns whether the index file is there and is not what was written; nothing is lost by it, for
   * a damaged index is not used.
   *
   * @throws LogException if it cannot be read (IO)
   */
  public boolean isIndexDamaged() throws LogException {
    try {
      return loadIndexFile().trouble().filter(LogIndex.Trouble.DAMAGED::equals).isPresent();
    } catch (IOException e) {
      throw LogDirectory.failure("read the index of", directory.path(), e);
    }
  }

  /** Reads the index file; what is wrong with it is an answer and not a failure. */
  LogIndex.Loaded loadIndexFile() throws IOException {
    long total = files.segments().stream().mapToLong(LogFiles.Segment::size).sum();
    return LogIndex.load(
        directory.indexPath(),
        directory.seed(),
        files.segments().size(),
        files.segments().isEmpty() ? 0 : files.last().size(),
        total + 4096);
  }

  /** Returns where the last event that {@link #next} returned lies, and what follows it. */
  Place place() {
    if (segment == null) {
      return new Place(
          files.segments().isEmpty() ? -1 : number,
          SegmentLayout.HEADER_BYTES,
          SegmentLayout.HEADER_BYTES,
          0,
          0);
    }
    return new Place(
        number, segment.eventStart(), segment.eventOffset(), segment.events(), segment.frames());
  }

  /**
   * Where an event lies in its segment (-1: there is none), and how much the segment holds up to
   * there.
   */
  record Place(int segment, long eventStart, long end, long events, long frames) {}

  /** Returns how many SMA frames END counts; 0 without END. */
  long endSmaFrames() {
    return tail.endSmaFrames();
  }

  boolean isEmpty() {
    return files.segments().isEmpty();
  }

  boolean endsWithSeal() {
    return tail.sealed();
  }

  private void closeSegment() throws LogException {
    if (segment != null) {
      try {
        segment.close();
      } catch (IOException e) {
        throw LogDirectory.failure("close", segment.file(), e);
      }
      segment = null;
    }
  }
}

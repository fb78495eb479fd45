package dev.vls.log.store;

import dev.vls.log.EndFrame;
import dev.vls.log.LogException;
import dev.vls.log.LogPosition;
import dev.vls.log.frame.BadFrameException;
import dev.vls.log.frame.EventDecoder;
import dev.vls.log.frame.EventDecoder.Step;
import dev.vls.log.frame.FrameLayout;
import dev.vls.log.store.RecoveryReport.State;
import java.io.IOException;
import java.util.Optional;

/**
 * Where a log stops: reads its last segment and tells a finished log from a torn tail and from
 * damage (docs/format.md).
 *
 * @param report for the user
 * @param goodBytes octets of the last usable segment up to the end of its last whole event, END or
 *     SEAL
 * @param sealed whether that is a SEAL
 * @param end how the run ended, if the log says so
 * @param endSmaFrames how many SMA frames END counts; 0 without END
 */
record TailScan(
    RecoveryReport report,
    long goodBytes,
    boolean sealed,
    Optional<EndFrame> end,
    long endSmaFrames) {

  static TailScan run(LogDirectory directory, LogFiles files) throws LogException {
    try {
      return files.segments().isEmpty()
          ? nothing(files)
          : new Scan(directory, files, files.segments().size() - 1).run();
    } catch (IOException e) {
      throw LogDirectory.failure("read the log in", directory.path(), e);
    }
  }

  private static TailScan nothing(LogFiles files) {
    State state = files.damage().isPresent() ? State.DAMAGED : State.CUT;
    String detail = files.damage().or(files::cut).orElseThrow();
    RecoveryReport report =
        new RecoveryReport(state, 0, Optional.empty(), files.lostBytes(), 0, detail);
    return new TailScan(report, 0, false, Optional.empty(), 0);
  }

  private static final class Scan {
    private final LogDirectory directory;
    private final LogFiles files;
    private final int number;
    private final LogFiles.Segment segment;
    private final EventDecoder decoder;
    private Step step = Step.FRAME;
    private String trouble = "";
    private long offset;
    private long goodBytes;

    Scan(LogDirectory directory, LogFiles files, int number) {
      this.directory = directory;
      this.files = files;
      this.number = number;
      this.segment = files.segments().get(number);
      this.decoder = new EventDecoder(directory.seed(), segment.firstSequence(), Optional.empty());
    }

    TailScan run() throws IOException {
      State state;
      try (SegmentReader reader = SegmentReader.open(segment.file(), segment.size())) {
        walk(reader);
        state = state(reader);
      }
      boolean sealed = step == Step.SEAL;
      long endSmaFrames = decoder.end().isPresent() ? decoder.endSmaFrames() : 0;
      return new TailScan(report(state), goodBytes, sealed, decoder.end(), endSmaFrames);
    }

    private void walk(SegmentReader reader) throws IOException {
      try {
        do {
          step = reader.next(decoder);
        } while (step != Step.INCOMPLETE && step != Step.SEAL);
      } catch (BadFrameException e) {
        trouble = e.getMessage();
        step = Step.INCOMPLETE;
      }
      offset = reader.offset();
      goodBytes = reader.eventOffset();
    }

    private State state(SegmentReader reader) throws IOException {
      if (files.damage().isPresent()) {
        trouble = files.damage().get();
        return State.DAMAGED;
      }
      if (step == Step.SEAL) {
        return sealedState();
      }
      boolean isDamaged =
          decoder.seal() != null
              || (decoder.end().isPresent() && segment.size() - offset >= FrameLayout.SEAL_BYTES)
              || ResumeSearch.find(reader, decoder);
      if (isDamaged) {
        trouble =
            "the frame at offset "
                + offset
                + " of "
                + segment.file()
                + " "
                + (trouble.isEmpty() ? "has a wrong length" : trouble)
                + "; restore the file from a copy";
      }
      return isDamaged ? State.DAMAGED : State.CUT;
    }

    private State sealedState() {
      if (decoder.end().isEmpty()) {
        return State.CUT;
      }
      if (files.cut().isPresent()) {
        trouble = segment.file() + " ends the run, but a later segment is there";
        return State.DAMAGED;
      }
      return State.COMPLETE;
    }

    private RecoveryReport report(State state) throws IOException {
      long dropped = segment.size() - goodBytes + files.lostBytes();
      Optional<LogPosition> last = decoder.last().or(this::lastOfSegmentBefore);
      String where =
          "after " + decoder.sequence() + " events" + last.map(p -> " at " + p).orElse("");
      String detail =
          switch (state) {
            case COMPLETE -> "complete " + where;
            case DAMAGED -> trouble;
            case CUT ->
                "the log was cut "
                    + where
                    + "; dropped "
                    + dropped
                    + " bytes with "
                    + decoder.ordinal()
                    + " whole frames of an event that was not finished"
                    + (decoder.end().isPresent() ? "; the end of the run is there" : "");
          };
      return new RecoveryReport(
          state, decoder.sequence(), last, dropped, decoder.ordinal(), detail);
    }

    /** A segment may have been begun just before the writer died. */
    private Optional<LogPosition> lastOfSegmentBefore() {
      if (number == 0) {
        return Optional.empty();
      }
      Scan before = new Scan(directory, files, number - 1);
      try (SegmentReader reader =
          SegmentReader.open(before.segment.file(), before.segment.size())) {
        before.walk(reader);
        return before.decoder.last();
      } catch (IOException e) {
        // The report says nothing of it then; reading that segment will say what is wrong.
        return Optional.empty();
      }
    }
  }
}

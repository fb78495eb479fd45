package dev.vls.log.frame;

import com.google.protobuf.CodedInputStream;
import dev.vls.log.BrkFrame;
import dev.vls.log.EndFrame;
import dev.vls.log.Event;
import dev.vls.log.LogPosition;
import dev.vls.log.SmaFrame;
import dev.vls.log.frame.FrameLayout.Checksum;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Turns frames back into events, counting sequence and ordinal as the checksums demand; belongs to
 * one thread.
 *
 * <p>Feed it the octets of one frame after the other with {@link #accept}. It takes any octets:
 * what is not the frame that must come next is a {@link BadFrameException}, after which the decoder
 * must not be used.
 */
public final class EventDecoder {
  /** What {@link #accept} found. */
  public enum Step {
    /**
     * The octets end inside the frame; {@link #frameBytes} says how many the frame needs, as far as
     * is known.
     */
    INCOMPLETE,
    /** A frame of an event that is not whole yet. */
    FRAME,
    /** The last frame of an event: {@link #event}. */
    EVENT,
    /** The end of the run: {@link #end}. */
    END,
    /** The end of a segment: {@link #seal}. */
    SEAL
  }

  /**
   * Content of a SEAL frame.
   *
   * @param events in the segment
   * @param frames in the segment
   * @param crc of all octets before the frame
   */
  public record Seal(long events, long frames, int crc) {}

  private final Checksum checksum;
  private long sequence;
  private int ordinal;
  private Optional<LogPosition> last;
  private List<SmaFrame> sma = new ArrayList<>();
  private int eventBytes;
  private int frameBytes;
  private Event event;
  private Messages.DecodedEnd end;
  private Seal seal;
  private boolean sealed;

  /**
   * Creates one.
   *
   * @param seed checksum of the log's manifest
   * @param sequence of the first event to come
   * @param last position of the event before it, if there is one or it is known
   */
  public EventDecoder(int seed, long sequence, Optional<LogPosition> last) {
    this.checksum = new Checksum(seed);
    this.sequence = sequence;
    this.last = last;
  }

  /**
   * Decodes the frame that begins at {@code offset}.
   *
   * @param limit end of the octets that are there
   * @throws BadFrameException if they are not the frame that must come next
   */
  public Step accept(byte[] octets, int offset, int limit) throws BadFrameException {
    if (sealed) {
      throw new BadFrameException("follows the SEAL of its segment");
    }
    int available = limit - offset;
    frameBytes = FrameLayout.HEADER_BYTES;
    if (available < frameBytes) {
      return Step.INCOMPLETE;
    }
    int type = FrameLayout.type(octets, offset);
    int payload = FrameLayout.payloadLength(octets, offset);
    checkType(type);
    frameBytes = payload + FrameLayout.OVERHEAD_BYTES;
    if (available < frameBytes) {
      return Step.INCOMPLETE;
    }
    checkCrc(type, octets, offset, payload);
    try {
      return decode(type, octets, offset + FrameLayout.HEADER_BYTES, payload);
    } catch (IOException | IllegalArgumentException e) {
      throw new BadFrameException("has a payload without meaning: " + e.getMessage(), e);
    }
  }

  /** Returns the octets of the frame last looked at. */
  public int frameBytes() {
    return frameBytes;
  }

  /** Returns the event that the last {@link Step#EVENT} completed. */
  public Event event() {
    return event;
  }

  /** Returns the end of the run, once {@link Step#END} was seen. */
  public Optional<EndFrame> end() {
    return Optional.ofNullable(end).map(Messages.DecodedEnd::end);
  }

  /** Returns the number of events that END claims; only after {@link Step#END}. */
  public long endEvents() {
    return end.events();
  }

  /** Returns the number of SMA frames that END claims; only after {@link Step#END}. */
  public long endSmaFrames() {
    return end.smaFrames();
  }

  /** Returns the seal that the last {@link Step#SEAL} found. */
  public Seal seal() {
    return seal;
  }

  /** Prepares for the next segment after {@link Step#SEAL}. */
  public void nextSegment() {
    sealed = false;
  }

  /** Returns the sequence number of the event that comes next or is under way. */
  public long sequence() {
    return sequence;
  }

  /** Returns how many frames of the event under way were accepted. */
  public int ordinal() {
    return ordinal;
  }

  /** Returns the position of the last event, if there was one. */
  public Optional<LogPosition> last() {
    return last;
  }

  /**
   * Returns whether a frame that could come soon after a lost one lies at {@code offset}; for
   * telling damage from a torn tail. Looks at checksums only and changes nothing.
   */
  public boolean resumesAt(byte[] octets, int offset, int length) {
    int covered = length - FrameLayout.CRC_BYTES;
    int stored = FrameLayout.int32(octets, offset + covered);
    return switch (FrameLayout.type(octets, offset)) {
      case FrameLayout.SMA, FrameLayout.BRK ->
          stored == checksum.of(sequence, ordinal + 1, octets, offset, covered)
              || stored == checksum.of(sequence + 1, 0, octets, offset, covered);
      case FrameLayout.END ->
          stored == checksum.of(sequence, 0, octets, offset, covered)
              || stored == checksum.of(sequence + 1, 0, octets, offset, covered);
      case FrameLayout.SEAL ->
          stored == checksum.of(sequence, 1, octets, offset, covered)
              || stored == checksum.of(sequence + 1, 1, octets, offset, covered);
      default -> false;
    };
  }

  private void checkType(int type) throws BadFrameException {
    boolean known =
        switch (type) {
          case FrameLayout.SMA, FrameLayout.BRK -> end == null;
          case FrameLayout.END -> ordinal == 0 && end == null;
          case FrameLayout.SEAL -> ordinal == 0;
          default -> false;
        };
    if (!known) {
      throw new BadFrameException("has " + FrameLayout.typeName(type) + ", which cannot be here");
    }
    if (ordinal >= FrameLayout.MAX_EVENT_FRAMES) {
      throw new BadFrameException("makes its event larger than the format allows");
    }
  }

  private void checkCrc(int type, byte[] octets, int offset, int payload) throws BadFrameException {
    int covered = FrameLayout.HEADER_BYTES + payload;
    int counted = type == FrameLayout.SEAL ? 1 : ordinal;
    int expected = checksum.of(sequence, counted, octets, offset, covered);
    int found = FrameLayout.int32(octets, offset + covered);
    if (found != expected) {
      throw new BadFrameException(
          String.format("has the checksum %08x where %08x was expected", found, expected));
    }
  }

  private Step decode(int type, byte[] octets, int offset, int payload)
      throws IOException, BadFrameException {
    return switch (type) {
      case FrameLayout.SMA -> {
        SmaFrame frame = SmaCodec.read(CodedInputStream.newInstance(octets, offset, payload));
        grow();
        sma.add(frame);
        ordinal++;
        yield Step.FRAME;
      }
      case FrameLayout.BRK -> {
        BrkFrame brk = BrkCodec.read(CodedInputStream.newInstance(octets, offset, payload));
        grow();
        completeEvent(brk);
        yield Step.EVENT;
      }
      case FrameLayout.END -> {
        end = Messages.end(octets, offset, payload);
        checkEnd();
        yield Step.END;
      }
      default -> {
        seal = Messages.seal(octets, offset, payload);
        sealed = true;
        yield Step.SEAL;
      }
    };
  }

  private void grow() throws BadFrameException {
    eventBytes += frameBytes;
    if (eventBytes > FrameLayout.MAX_EVENT_BYTES) {
      throw new BadFrameException("makes its event larger than the format allows");
    }
  }

  private void completeEvent(BrkFrame brk) throws BadFrameException {
    if (last.isPresent() && !brk.position().isAfter(last.get())) {
      throw new BadFrameException(
          "has position " + brk.position() + ", which does not come after " + last.get());
    }
    event = new Event(sma, brk);
    last = Optional.of(brk.position());
    sma = new ArrayList<>();
    eventBytes = 0;
    ordinal = 0;
    sequence++;
  }

  private void checkEnd() throws BadFrameException {
    LogPosition position = end.end().position();
    if (end.events() != sequence) {
      throw new BadFrameException("counts " + end.events() + " events where there are " + sequence);
    }
    if (last.isPresent() && !position.equals(last.get()) && !position.isAfter(last.get())) {
      throw new BadFrameException(
          "has position " + position + ", which comes before " + last.get());
    }
  }
}

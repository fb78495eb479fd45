package dev.vls.log.wire;

import dev.vls.log.Bytes;
import dev.vls.log.frame.BadFrameException;
import dev.vls.log.frame.EventDecoder;
import dev.vls.log.frame.EventDecoder.Step;
import java.util.Arrays;

/** Puts frames together from pieces that end anywhere; keeps at most one frame and one piece. */
final class FrameStream {
  private final EventDecoder decoder;
  private byte[] octets = new byte[0];
  private int begin;
  private int end;
  private long eventBytes;

  FrameStream(EventDecoder decoder) {
    this.decoder = decoder;
  }

  void append(Bytes piece) {
    if (begin == end) {
      octets = piece.shared();
      begin = 0;
      end = piece.length();
      return;
    }
    byte[] joined = Arrays.copyOfRange(octets, begin, end + piece.length());
    System.arraycopy(piece.shared(), 0, joined, end - begin, piece.length());
    end += piece.length() - begin;
    begin = 0;
    octets = joined;
  }

  /** Returns what the next frame is; {@link Step#INCOMPLETE} until more is appended. */
  Step next() throws BadFrameException {
    if (decoder.ordinal() == 0) {
      eventBytes = 0;
    }
    Step step = decoder.accept(octets, begin, end);
    if (step != Step.INCOMPLETE) {
      begin += decoder.frameBytes();
      eventBytes += decoder.frameBytes();
    }
    return step;
  }

  /** Returns the octets of the event that {@link #next} completed. */
  long eventBytes() {
    return eventBytes;
  }

  EventDecoder decoder() {
    return decoder;
  }
}

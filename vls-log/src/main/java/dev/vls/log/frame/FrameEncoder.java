package dev.vls.log.frame;

import com.google.protobuf.CodedOutputStream;
import dev.vls.log.BrkFrame;
import dev.vls.log.EndFrame;
import dev.vls.log.Event;
import dev.vls.log.SmaFrame;
import dev.vls.log.frame.FrameLayout.Checksum;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * Writes frames of one log one after the other into a growing buffer; belongs to one thread.
 *
 * <p>SMA and BRK frames, the hot ones, are sized first and then written field by field straight
 * into the buffer, with no generated message in between; {@code FrameSchemaPropertyTest} holds them
 * against the schema.
 */
public final class FrameEncoder {
  private static final int INITIAL_BYTES = 1 << 16;

  private final Checksum checksum;
  private byte[] buffer = new byte[INITIAL_BYTES];
  private int length;

  /** Creates one for the log whose manifest has the checksum {@code seed}. */
  public FrameEncoder(int seed) {
    checksum = new Checksum(seed);
  }

  /**
   * Returns the buffer itself; its first {@link #length()} octets are frames. Valid until the next
   * call that writes.
   */
  public byte[] buffer() {
    return buffer;
  }

  /** Returns how many octets were written since {@link #clear()}. */
  public int length() {
    return length;
  }

  /** Forgets what was written; gives memory back after a large event. */
  public void clear() {
    length = 0;
    if (buffer.length > 4 << 20) {
      buffer = new byte[INITIAL_BYTES];
    }
  }

  /** Returns a copy of what was written since {@link #clear()}. */
  public byte[] toArray() {
    return Arrays.copyOf(buffer, length);
  }

  /**
   * Appends an event.
   *
   * @throws IllegalArgumentException if it exceeds a limit of the format; nothing is appended then
   */
  public void event(long sequence, Event event) {
    int start = length;
    try {
      int ordinal = 0;
      for (SmaFrame sma : event.sma()) {
        sma(sequence, ordinal++, sma);
      }
      require(ordinal < FrameLayout.MAX_EVENT_FRAMES, "frames", ordinal);
      brk(sequence, ordinal, event.brk());
      require(length - start <= FrameLayout.MAX_EVENT_BYTES, "octets", length - start);
    } catch (RuntimeException e) {
      length = start;
      throw e;
    }
  }

  /** Appends the END of a log of {@code events} events, {@code smaFrames} SMA frames in all. */
  public void end(EndFrame end, long events, long smaFrames) {
    byte[] payload = Messages.end(end, events, smaFrames).toByteArray();
    raw(FrameLayout.END, events, 0, payload);
  }

  /** Appends the SEAL of a segment whose octets so far have the checksum {@code crc}. */
  public void seal(long sequence, long events, long frames, int crc) {
    raw(FrameLayout.SEAL, sequence, 1, Messages.seal(events, frames, crc).toByteArray());
  }

  private void raw(int type, long sequence, int ordinal, byte[] payload) {
    CodedOutputStream out = begin(payload.length);
    try {
      out.writeRawBytes(payload);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    finish(type, sequence, ordinal, payload.length);
  }

  private void sma(long sequence, int ordinal, SmaFrame sma) {
    require(sma.vectors().size() <= FrameLayout.MAX_ITEMS, "vectors", sma.vectors().size());
    int size = SmaCodec.size(sma);
    CodedOutputStream out = begin(size);
    try {
      SmaCodec.write(sma, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    finish(FrameLayout.SMA, sequence, ordinal, size);
  }

  private void brk(long sequence, int ordinal, BrkFrame brk) {
    require(brk.updates().size() <= FrameLayout.MAX_ITEMS, "updates", brk.updates().size());
    require(brk.ports().size() <= FrameLayout.MAX_ITEMS, "ports", brk.ports().size());
    int size = BrkCodec.size(brk);
    CodedOutputStream out = begin(size);
    try {
      BrkCodec.write(brk, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    finish(FrameLayout.BRK, sequence, ordinal, size);
  }

  private CodedOutputStream begin(int payloadLength) {
    require(
        payloadLength >= 0 && payloadLength <= FrameLayout.MAX_PAYLOAD_BYTES,
        "payload octets",
        payloadLength);
    reserve(payloadLength + FrameLayout.OVERHEAD_BYTES);
    return CodedOutputStream.newInstance(buffer, length + FrameLayout.HEADER_BYTES, payloadLength);
  }

  private void finish(int type, long sequence, int ordinal, int payloadLength) {
    FrameLayout.putHeader(buffer, length, type, payloadLength);
    int covered = FrameLayout.HEADER_BYTES + payloadLength;
    int crc = checksum.of(sequence, ordinal, buffer, length, covered);
    FrameLayout.putInt32(buffer, length + covered, crc);
    length += covered + FrameLayout.CRC_BYTES;
  }

  private void reserve(int more) {
    if (buffer.length - length < more) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + more));
    }
  }

  private static void require(boolean holds, String what, int found) {
    if (!holds) {
      throw new IllegalArgumentException(
          "an event of " + found + " " + what + " exceeds what the log's format holds");
    }
  }
}

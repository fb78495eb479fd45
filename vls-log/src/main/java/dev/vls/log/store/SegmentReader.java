package dev.vls.log.store;

import dev.vls.log.frame.BadFrameException;
import dev.vls.log.frame.EventDecoder;
import dev.vls.log.frame.EventDecoder.Step;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Walks the frames of one segment file up to a limit; belongs to one thread.
 *
 * <p>Its buffer grows to the largest frame, never beyond the file: a length that the file cannot
 * hold is answered before anything is allocated for it.
 */
final class SegmentReader implements Closeable {
  private static final int BUFFER_BYTES = 1 << 18;

  private final FileChannel channel;
  private final Path file;
  private final long limit;
  private final boolean fromStart;
  private final CRC32C crc = new CRC32C();

  private byte[] buffer;
  private int begin;
  private int end;

  /** File offset of {@code buffer[begin]}, the next frame. */
  private long offset;

  private long eventStart;
  private long eventOffset;
  private long events;
  private long frames;

  private SegmentReader(FileChannel channel, Path file, boolean fromStart, long start, long limit) {
    this.channel = channel;
    this.file = file;
    this.limit = limit;
    this.offset = start;
    this.eventStart = start;
    this.eventOffset = start;
    this.fromStart = fromStart;
    this.buffer =
        new byte[(int) Math.max(SegmentLayout.HEADER_BYTES, Math.min(BUFFER_BYTES, limit - start))];
  }

  /**
   * Opens the segment behind its header.
   *
   * @param limit octets of the file to use, at most its size
   */
  static SegmentReader open(Path file, long limit) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    SegmentReader reader =
        new SegmentReader(channel, file, true, SegmentLayout.HEADER_BYTES, Math.max(0, limit));
    ByteBuffer header = ByteBuffer.allocate(SegmentLayout.HEADER_BYTES);
    readFully(channel, header, 0);
    reader.crc.update(header.flip());
    return reader;
  }

  /**
   * Opens the segment at the first frame of an event; the SEAL is then not compared with what comes
   * before it.
   */
  static SegmentReader openAt(Path file, long offset, long limit) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    return new SegmentReader(channel, file, false, offset, limit);
  }

  /** Returns the first octets of a file, fewer if it is shorter. */
  static byte[] head(Path file, int length) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer head = ByteBuffer.allocate(length);
      readFully(channel, head, 0);
      return Arrays.copyOf(head.array(), head.position());
    }
  }

  /**
   * Takes the next frame.
   *
   * @return what it is; {@link Step#INCOMPLETE} where the limit is reached, with or without a part
   *     of a frame before it
   * @throws BadFrameException if it is not the frame that must come next; {@link #offset} names its
   *     place then
   */
  Step next(EventDecoder decoder) throws IOException, BadFrameException {
    Step step = decoder.accept(buffer, begin, end);
    while (step == Step.INCOMPLETE) {
      if (decoder.frameBytes() > limit - offset || !fill(decoder.frameBytes())) {
        return Step.INCOMPLETE;
      }
      step = decoder.accept(buffer, begin, end);
    }
    if (step == Step.SEAL) {
      checkSeal(decoder);
    }
    consume(decoder.frameBytes(), step);
    return step;
  }

  /** Returns the file offset of the next frame. */
  long offset() {
    return offset;
  }

  /** Returns the file offset behind the last whole event, END or SEAL. */
  long eventOffset() {
    return eventOffset;
  }

  /** Returns the file offset of the last whole event. */
  long eventStart() {
    return eventStart;
  }

  /** Returns the octets that are used of the file. */
  long limit() {
    return limit;
  }

  long events() {
    return events;
  }

  /** Returns the frames that were taken, those of an event that is not whole included. */
  long frames() {
    return frames;
  }

  Path file() {
    return file;
  }

  /** Returns up to {@code length} octets of the file from {@code position}. */
  byte[] peek(long position, int length) throws IOException {
    ByteBuffer octets = ByteBuffer.allocate((int) Math.min(length, limit - position));
    readFully(channel, octets, position);
    return Arrays.copyOf(octets.array(), octets.position());
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void checkSeal(EventDecoder decoder) throws BadFrameException {
    EventDecoder.Seal seal = decoder.seal();
    if (fromStart
        && (seal.events() != events
            || seal.frames() != frames
            || seal.crc() != (int) crc.getValue())) {
      throw new BadFrameException("seals other octets than those before it");
    }
    if (offset + decoder.frameBytes() != limit) {
      throw new BadFrameException("is a SEAL that is not at the end of its file");
    }
  }

  private void consume(int bytes, Step step) {
    if (fromStart) {
      crc.update(buffer, begin, bytes);
    }
    begin += bytes;
    offset += bytes;
    if (step != Step.SEAL) {
      frames++;
    }
    if (step == Step.EVENT) {
      events++;
      eventStart = eventOffset;
    }
    if (step != Step.FRAME) {
      eventOffset = offset;
    }
  }

  /**
   * Gets {@code needed} octets of the next frame into the buffer; false if the file ends before
   * them.
   */
  private boolean fill(int needed) throws IOException {
    int kept = end - begin;
    byte[] target =
        needed <= buffer.length ? buffer : new byte[(int) Math.min(2L * needed, limit - offset)];
    System.arraycopy(buffer, begin, target, 0, kept);
    buffer = target;
    begin = 0;
    end = kept;
    int room = (int) Math.min(buffer.length - end, limit - offset - kept);
    ByteBuffer rest = ByteBuffer.wrap(buffer, end, room);
    readFully(channel, rest, offset + kept);
    end = rest.position();
    return end - begin >= needed;
  }

  private static void readFully(FileChannel channel, ByteBuffer into, long position)
      throws IOException {
    long from = position;
    while (into.hasRemaining()) {
      int n = channel.read(into, from);
      if (n < 0) {
        return;
      }
      from += n;
    }
  }
}

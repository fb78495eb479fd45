package dev.vls.log.store;

import dev.vls.log.frame.FrameEncoder;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/** One segment file that grows; belongs to the writer's thread. */
final class SegmentWriter implements Closeable {
  private static final int COPY_BYTES = 1 << 16;

  private final FileChannel channel;
  private final CRC32C crc = new CRC32C();
  private long size;
  private long events;
  private long frames;

  private SegmentWriter(FileChannel channel) {
    this.channel = channel;
  }

  /** Creates the file with its header; there must be none of that name. */
  static SegmentWriter create(LogDirectory directory, int number, long firstSequence)
      throws IOException {
    Path file = directory.segmentPath(number);
    SegmentWriter writer =
        new SegmentWriter(
            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    byte[] header = SegmentLayout.header(number, firstSequence, directory.seed());
    writer.write(header, header.length, 0, 0);
    return writer;
  }

  /**
   * Opens the file again after its first {@code size} octets, which hold so many events and frames;
   * the rest is cut off.
   */
  static SegmentWriter resume(Path file, long size, long events, long frames) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    SegmentWriter writer = new SegmentWriter(channel);
    channel.truncate(size);
    ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
    while (channel.read(buffer.clear()) > 0) {
      writer.crc.update(buffer.flip());
    }
    writer.size = size;
    writer.events = events;
    writer.frames = frames;
    return writer;
  }

  long size() {
    return size;
  }

  /** Appends octets that hold so many events and frames. */
  void write(byte[] octets, int length, long moreEvents, long moreFrames) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(octets, 0, length);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    crc.update(octets, 0, length);
    size += length;
    events += moreEvents;
    frames += moreFrames;
  }

  /**
   * Appends the SEAL, given the log's next sequence number; {@code encoder} is empty before and
   * after.
   */
  void seal(FrameEncoder encoder, long sequence) throws IOException {
    encoder.seal(sequence, events, frames, (int) crc.getValue());
    write(encoder.buffer(), encoder.length(), 0, 0);
    encoder.clear();
  }

  void sync() throws IOException {
    channel.force(false);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

package dev.vls.drivers.block;

import dev.vls.sma.HostException;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/** A disk in memory that fails from a call of the test's choice on. */
final class FailingImage implements DiskImage {
  private final MemoryImage image;
  private final String words;
  private final AtomicLong left = new AtomicLong(Long.MAX_VALUE);

  /** Creates one that works at first; {@code words} are the system's when it fails. */
  FailingImage(int sectors, String words) {
    image = new MemoryImage(sectors);
    this.words = words;
  }

  /** Lets the {@code next}th call fail, and all that come after it. Any thread. */
  void fail(long next) {
    left.set(next);
  }

  private void use() throws IOException {
    if (left.decrementAndGet() <= 0) {
      throw new IOException(words);
    }
  }

  @Override
  public long sectors() {
    return image.sectors();
  }

  @Override
  public BlockConfig.Writing writing() {
    return image.writing();
  }

  @Override
  public void read(long sector, byte[] target, int offset, int length) throws IOException {
    use();
    image.read(sector, target, offset, length);
  }

  @Override
  public void write(long sector, byte[] source, int offset, int length) throws IOException {
    use();
    image.write(sector, source, offset, length);
  }

  @Override
  public void flush() throws IOException {
    use();
  }

  @Override
  public void close() throws HostException {
    try {
      use();
    } catch (IOException cause) {
      throw new HostException("the disk cannot be closed: " + cause.getMessage(), cause);
    }
  }
}

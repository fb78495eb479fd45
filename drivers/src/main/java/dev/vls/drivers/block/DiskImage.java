package dev.vls.drivers.block;

import dev.vls.sma.HostException;
import java.io.IOException;

/** What is behind a disk. Used by one thread at a time; ranges are checked by the caller. */
public interface DiskImage extends AutoCloseable {
  /** Returns the size in sectors of {@link BlockConfig#SECTOR_BYTES}. */
  long sectors();

  /** Returns whether it may be written. */
  BlockConfig.Writing writing();

  /**
   * Reads whole sectors.
   *
   * @throws IOException if they cannot all be read
   */
  void read(long sector, byte[] target, int offset, int length) throws IOException;

  /**
   * Writes whole sectors; when it returns they survive the end of this process.
   *
   * @throws IOException if they could not all be written
   */
  void write(long sector, byte[] source, int offset, int length) throws IOException;

  /**
   * Makes everything written so far survive the end of this computer's power.
   *
   * @throws IOException if that cannot be said of all of it
   */
  void flush() throws IOException;

  @Override
  void close() throws HostException;
}

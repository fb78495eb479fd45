package dev.vls.drivers.block;

import dev.vls.sma.HostException;
import java.io.IOException;

/**
 * Bytes by position, as an overlay is kept in; tests put one in its place that can be cut anywhere.
 */
interface OverlayStorage extends AutoCloseable {
  /** Returns the number of bytes. */
  long size() throws IOException;

  /** Reads all of a range, or throws. */
  void read(long position, byte[] target, int offset, int length) throws IOException;

  /** Writes all of a range, growing as needed, or throws. */
  void write(long position, byte[] source, int offset, int length) throws IOException;

  /**
   * Everything written before survives a power failure, whatever becomes of what is written after.
   */
  void force() throws IOException;

  @Override
  void close() throws HostException;
}

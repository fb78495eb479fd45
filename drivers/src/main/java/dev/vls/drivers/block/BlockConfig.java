package dev.vls.drivers.block;

/**
 * A disk as the guest sees it: part of the machine's recorded configuration.
 *
 * @param index number of the disk, 0 to 15: xvda, xvdb, ...
 * @param sectors size in sectors of 512 bytes, at least 1
 * @param writing whether the guest may write
 */
public record BlockConfig(int index, long sectors, Writing writing) {
  /** Bytes in a sector of the protocol. */
  public static final int SECTOR_BYTES = 512;

  /** Largest disk, in sectors. */
  public static final long MAX_SECTORS = 1L << 40;

  private static final int XVD_MAJOR = 202;

  /** Whether a disk may be written. */
  public enum Writing {
    /** Reads only; writes are answered with an error. */
    FORBIDDEN,
    /** Reads and writes. */
    ALLOWED
  }

  /** Checks the values. */
  public BlockConfig {
    if (index < 0 || index > 15) {
      throw new IllegalArgumentException("disk number " + index + ": expected 0 to 15");
    }
    if (sectors < 1 || sectors > MAX_SECTORS) {
      throw new IllegalArgumentException(sectors + " sectors: expected 1 to " + MAX_SECTORS);
    }
  }

  /** Returns the number by which XenStore knows the disk. */
  int virtualDevice() {
    return XVD_MAJOR << 8 | index << 4;
  }
}

package dev.vls.drivers.block;

/** A disk in memory, zeroed at first. */
public final class MemoryImage implements DiskImage {
  private final byte[] bytes;

  /** Creates a disk of at most 4 million sectors. */
  public MemoryImage(int sectors) {
    bytes = new byte[Math.multiplyExact(sectors, BlockConfig.SECTOR_BYTES)];
  }

  @Override
  public long sectors() {
    return bytes.length / BlockConfig.SECTOR_BYTES;
  }

  @Override
  public BlockConfig.Writing writing() {
    return BlockConfig.Writing.ALLOWED;
  }

  @Override
  public void read(long sector, byte[] target, int offset, int length) {
    System.arraycopy(bytes, (int) sector * BlockConfig.SECTOR_BYTES, target, offset, length);
  }

  @Override
  public void write(long sector, byte[] source, int offset, int length) {
    System.arraycopy(source, offset, bytes, (int) sector * BlockConfig.SECTOR_BYTES, length);
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}

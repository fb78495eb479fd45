package dev.vls.drivers.block;

import dev.vls.sma.HostException;
import java.io.IOException;
import java.nio.file.Path;

/** A file whose bytes are the disk's. */
public final class RawImage implements DiskImage {
  private final ImageFile file;
  private final long sectors;
  private final BlockConfig.Writing writing;

  private RawImage(ImageFile file, long sectors, BlockConfig.Writing writing) {
    this.file = file;
    this.sectors = sectors;
    this.writing = writing;
  }

  /**
   * Opens a disk; one that may be written is locked until it is closed.
   *
   * @throws HostException if the file cannot be used: missing, in use, empty, too large, or no
   *     whole number of sectors
   */
  public static RawImage open(Path path, BlockConfig.Writing writing) throws HostException {
    ImageFile file = ImageFile.open(path, writing);
    try {
      long bytes = file.size();
      long sectors = bytes / BlockConfig.SECTOR_BYTES;
      if (bytes == 0
          || bytes % BlockConfig.SECTOR_BYTES != 0
          || sectors > BlockConfig.MAX_SECTORS) {
        file.close();
        throw new HostException(
            "the disk "
                + path
                + " has "
                + bytes
                + " bytes; expected a multiple of 512, for example after truncate -s");
      }
      return new RawImage(file, sectors, writing);
    } catch (HostException refused) {
      throw refused;
    } catch (IOException cause) {
      throw new HostException("the disk " + path + " cannot be read: " + cause.getMessage(), cause);
    }
  }

  @Override
  public long sectors() {
    return sectors;
  }

  @Override
  public BlockConfig.Writing writing() {
    return writing;
  }

  @Override
  public void read(long sector, byte[] target, int offset, int length) throws IOException {
    file.read(sector * BlockConfig.SECTOR_BYTES, target, offset, length);
  }

  @Override
  public void write(long sector, byte[] source, int offset, int length) throws IOException {
    file.write(sector * BlockConfig.SECTOR_BYTES, source, offset, length);
  }

  @Override
  public void flush() throws IOException {
    file.force();
  }

  @Override
  public void close() throws HostException {
    file.close();
  }
}

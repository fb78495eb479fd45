package dev.vls.bench.guest;

import dev.vls.drivers.block.BlockConfig;
import dev.vls.drivers.block.DiskImage;
import dev.vls.drivers.block.MemoryImage;
import dev.vls.drivers.block.RawImage;
import dev.vls.sma.HostException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * What is behind a disk.
 *
 * @param medium where its sectors are
 * @param sectors its size
 */
public record DiskChoice(Medium medium, int sectors) {
  /** Where sectors are. */
  public enum Medium {
    /** In the memory of this process. */
    MEMORY,
    /** In a file in the bench's folder. */
    FILE
  }

  private static final String FILE_NAME = "disk.raw";

  /**
   * Opens a disk of zeros.
   *
   * @param folder where a file may lie; one from before is emptied
   * @throws HostException if the file cannot be made
   */
  DiskImage open(Path folder) throws HostException {
    return switch (medium) {
      case MEMORY -> new MemoryImage(sectors);
      case FILE -> RawImage.open(emptyFile(folder.resolve(FILE_NAME)), BlockConfig.Writing.ALLOWED);
    };
  }

  private Path emptyFile(Path path) throws HostException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(0);
      file.setLength((long) sectors * BlockConfig.SECTOR_BYTES);
      return path;
    } catch (IOException e) {
      throw new HostException("the bench's disk " + path + " cannot be made: " + e.getMessage(), e);
    }
  }
}

package dev.vls.drivers.block;

import static dev.vls.drivers.block.BlockConfig.SECTOR_BYTES;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.sma.HostException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files below a disk to which things happen. */
class RawImageTest {
  private static final int SECTORS = 64;

  @TempDir private Path folder;
  private Path path;
  private final byte[] sector = new byte[SECTOR_BYTES];

  @BeforeEach
  void prepare() throws IOException {
    path = folder.resolve("disk");
    resize(SECTORS * SECTOR_BYTES);
    Arrays.fill(sector, (byte) 7);
  }

  private void resize(long bytes) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(bytes); // what it grows by is a hole
    }
  }

  private static byte[] read(DiskImage image, long from) throws IOException {
    byte[] bytes = new byte[SECTOR_BYTES];
    image.read(from, bytes, 0, bytes.length);
    return bytes;
  }

  @Test
  void shouldReadHolesAsZeros() throws Exception {
    try (RawImage image = RawImage.open(path, BlockConfig.Writing.ALLOWED)) {
      image.write(SECTORS - 1, sector, 0, SECTOR_BYTES);
      assertArrayEquals(new byte[SECTOR_BYTES], read(image, 0));
      assertArrayEquals(sector, read(image, SECTORS - 1));
    }
  }

  @Test
  void shouldFailToReadOnlyWhatIsMissingWhenTheFileIsCut() throws Exception {
    try (RawImage image = RawImage.open(path, BlockConfig.Writing.ALLOWED)) {
      image.write(3, sector, 0, SECTOR_BYTES);
      resize(4 * SECTOR_BYTES + 100);
      assertArrayEquals(sector, read(image, 3));
      for (int missing : new int[] {4, 5, SECTORS - 1}) {
        IOException failed = assertThrows(IOException.class, () -> read(image, missing));
        assertEquals(
            path + ": it ends at byte 2148, before what was to be read", failed.getMessage());
      }
      image.write(SECTORS - 1, sector, 0, SECTOR_BYTES); // the file grows again, by a hole
      assertArrayEquals(sector, read(image, SECTORS - 1));
      assertArrayEquals(new byte[SECTOR_BYTES], read(image, 5));
      assertEquals(SECTORS, image.sectors());
    }
  }

  @Test
  void shouldGoOnWhenTheFileVanishes() throws Exception {
    try (RawImage image = RawImage.open(path, BlockConfig.Writing.ALLOWED)) {
      Files.delete(path);
      image.write(0, sector, 0, SECTOR_BYTES);
      image.flush();
      assertArrayEquals(sector, read(image, 0));
    }
  }

  @Test
  void shouldRefuseInOneSentenceWhatIsNoDisk() throws Exception {
    refused(folder, "is not a file that exists");
    refused(folder.resolve("missing"), "is not a file that exists");
    refused(Files.createFile(folder.resolve("empty")), "has 0 bytes; expected a multiple of 512");
    refused(Files.write(folder.resolve("odd"), new byte[513]), "has 513 bytes; expected");
    HostException orphan =
        assertThrows(
            HostException.class,
            () ->
                OverlayImage.open(new MemoryImage(SECTORS), folder.resolve("nowhere/overlay"))
                    .close());
    assertTrue(orphan.getMessage().contains("there is no such folder"), orphan::getMessage);
  }

  private static void refused(Path file, String says) {
    HostException refused =
        assertThrows(
            HostException.class, () -> RawImage.open(file, BlockConfig.Writing.ALLOWED).close());
    assertTrue(refused.getMessage().contains(says), refused::getMessage);
  }
}

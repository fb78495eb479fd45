package dev.vls.drivers.block;

import static dev.vls.drivers.block.BlockConfig.SECTOR_BYTES;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.sma.HostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OverlayImageTest {
  private static final long SEED = Long.getLong("vls.seed", 20260501L);
  private static final int SECTORS = 1000; // eight blocks, the last one short

  /** Bytes in memory that remember what was done to them, so that any cut can be played back. */
  private static final class CutStorage implements OverlayStorage {
    /** A write, or a force if it has no bytes. */
    private record Step(long position, byte[] bytes) {}

    final List<Step> steps = new ArrayList<>();
    private byte[] bytes = {};

    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public void read(long position, byte[] target, int offset, int length) throws IOException {
      if (position + length > bytes.length) {
        throw new IOException("end of file");
      }
      System.arraycopy(bytes, (int) position, target, offset, length);
    }

    @Override
    public void write(long position, byte[] source, int offset, int length) {
      byte[] written = Arrays.copyOfRange(source, offset, offset + length);
      steps.add(new Step(position, written));
      apply(position, written, length);
    }

    private void apply(long position, byte[] written, int length) {
      if (position + length > bytes.length) {
        bytes = Arrays.copyOf(bytes, (int) position + length);
      }
      System.arraycopy(written, 0, bytes, (int) position, length);
    }

    @Override
    public void force() {
      steps.add(new Step(0, new byte[0]));
    }

    @Override
    public void close() {}

    /**
     * Returns what is left when the power goes during step {@code at}: everything before the last
     * force, and of the steps since then any selection, each of them possibly in part.
     */
    CutStorage cut(int at, SplittableRandom random) {
      CutStorage left = new CutStorage();
      int forced = 0;
      for (int i = 0; i < at; i++) {
        forced = steps.get(i).bytes().length == 0 ? i : forced;
      }
      for (int i = 0; i <= at && i < steps.size(); i++) {
        Step step = steps.get(i);
        int length = step.bytes().length;
        if (i >= forced) {
          length =
              random.nextInt(3) == 0
                  ? random.nextInt(length + 1)
                  : random.nextBoolean() ? length : 0;
        }
        left.apply(step.position(), step.bytes(), length);
      }
      return left;
    }
  }

  private static MemoryImage base(SplittableRandom random) {
    MemoryImage image = new MemoryImage(SECTORS);
    byte[] content = new byte[SECTORS * SECTOR_BYTES];
    random.nextBytes(content);
    image.write(0, content, 0, content.length);
    return image;
  }

  private static byte[] all(DiskImage image) throws IOException {
    byte[] content = new byte[SECTORS * SECTOR_BYTES];
    image.read(0, content, 0, content.length);
    return content;
  }

  @Test
  void shouldReadLikeADiskAndLeaveTheBaseAlone(@TempDir Path folder) throws Exception {
    SplittableRandom random = new SplittableRandom(SEED);
    MemoryImage base = base(random);
    byte[] model = all(base);
    byte[] original = model.clone();
    Path path = folder.resolve("overlay");
    for (int round = 0; round < 4; round++) {
      try (OverlayImage image = OverlayImage.open(base, path)) {
        assertArrayEquals(model, all(image));
        for (int i = 0; i < 20; i++) {
          int sectors = 1 + random.nextInt(300);
          int sector = random.nextInt(SECTORS - sectors + 1);
          byte[] data = new byte[sectors * SECTOR_BYTES];
          random.nextBytes(data);
          image.write(sector, data, 0, data.length);
          System.arraycopy(data, 0, model, sector * SECTOR_BYTES, data.length);
          assertArrayEquals(model, all(image));
        }
        image.flush();
      }
    }
    assertArrayEquals(original, all(base));
  }

  /**
   * After a cut every sector is as it was after some of the writes since the last flush, and none
   * before the flush is lost.
   */
  @Test
  void shouldKeepWhatWasFlushedWhereverThePowerGoes() throws Exception {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int round = 0; round < 30; round++) {
      MemoryImage base = base(random);
      CutStorage storage = new CutStorage();
      OverlayImage image = OverlayImage.open(base, storage, "test");
      int created = storage.steps.size();
      List<byte[]> states = new ArrayList<>(List.of(all(image)));
      int flushedState = 0;
      int flushedStep = created;
      for (int i = 0; i < 12; i++) {
        if (i == 5) {
          image.flush();
          flushedState = states.size() - 1;
          flushedStep = storage.steps.size();
        }
        int sectors = 1 + random.nextInt(200);
        int sector = random.nextInt(SECTORS - sectors + 1);
        byte[] data = new byte[sectors * SECTOR_BYTES];
        random.nextBytes(data);
        image.write(sector, data, 0, data.length);
        states.add(all(image));
      }
      for (int at = created; at < storage.steps.size(); at++) {
        CutStorage left = storage.cut(at, random);
        byte[] found = all(OverlayImage.open(base, left, "test"));
        int oldest = at >= flushedStep ? flushedState : 0;
        checkSectors(found, states, oldest, round, at);
      }
    }
  }

  private static void checkSectors(
      byte[] found, List<byte[]> states, int oldest, int round, int at) {
    for (int octet = 0; octet < found.length; octet += 97) {
      int index = octet;
      boolean known =
          states.subList(oldest, states.size()).stream()
              .anyMatch(state -> state[index] == found[index]);
      assertTrue(
          known, "byte " + octet + ", round " + round + ", cut at step " + at + ", seed " + SEED);
    }
  }

  @Test
  void shouldRefuseOrReadTheBaseWhenCutDuringCreation() throws Exception {
    SplittableRandom random = new SplittableRandom(SEED);
    MemoryImage base = base(random);
    CutStorage storage = new CutStorage();
    OverlayImage.open(base, storage, "test");
    byte[] whole = storage.bytes;
    for (int length = 1; length < whole.length; length += 41) {
      CutStorage left = new CutStorage();
      left.apply(0, whole, length);
      HostException refused =
          assertThrows(HostException.class, () -> OverlayImage.open(base, left, "test"));
      assertTrue(refused.getMessage().contains("not complete"), refused.getMessage());
    }
  }

  @Test
  void shouldRefuseWhatIsNotItsOverlay() throws Exception {
    SplittableRandom random = new SplittableRandom(SEED);
    MemoryImage base = base(random);
    CutStorage storage = new CutStorage();
    OverlayImage image = OverlayImage.open(base, storage, "test");
    image.write(0, new byte[200 * SECTOR_BYTES], 0, 200 * SECTOR_BYTES);
    for (int octet = 0; octet < OverlayLayout.HEADER_BYTES; octet++) {
      CutStorage changed = new CutStorage();
      changed.apply(0, storage.bytes, storage.bytes.length);
      changed.bytes[octet] ^= 0x10;
      assertThrows(
          HostException.class, () -> OverlayImage.open(base, changed, "test"), "octet " + octet);
    }
    HostException other =
        assertThrows(
            HostException.class, () -> OverlayImage.open(new MemoryImage(999), storage, "test"));
    assertTrue(other.getMessage().contains("1000 sectors"), other.getMessage());
    CutStorage twice = new CutStorage();
    twice.apply(0, storage.bytes, storage.bytes.length);
    twice.apply(OverlayLayout.TABLE_OFFSET, OverlayLayout.entry(0, 1), 8);
    HostException shared =
        assertThrows(HostException.class, () -> OverlayImage.open(base, twice, "test"));
    assertTrue(shared.getMessage().contains("one place"), shared.getMessage());
    CutStorage far = new CutStorage();
    far.apply(0, storage.bytes, storage.bytes.length);
    far.apply(OverlayLayout.TABLE_OFFSET, OverlayLayout.entry(0, Integer.MAX_VALUE - 1), 8);
    assertThrows(HostException.class, () -> OverlayImage.open(base, far, "test"));
  }

  @Test
  void shouldSayInOneSentenceWhatIsWrongWithAFile(@TempDir Path folder) throws Exception {
    Path odd = Files.write(folder.resolve("odd"), new byte[513]);
    HostException refused =
        assertThrows(HostException.class, () -> RawImage.open(odd, BlockConfig.Writing.ALLOWED));
    assertTrue(refused.getMessage().contains("513 bytes"), refused.getMessage());
    Path none = folder.resolve("none");
    assertThrows(HostException.class, () -> RawImage.open(none, BlockConfig.Writing.ALLOWED));
    Path good = Files.write(folder.resolve("good"), new byte[1024]);
    try (RawImage first = RawImage.open(good, BlockConfig.Writing.ALLOWED)) {
      HostException inUse =
          assertThrows(HostException.class, () -> RawImage.open(good, BlockConfig.Writing.ALLOWED));
      assertTrue(inUse.getMessage().contains("in use"), inUse.getMessage());
      byte[] data = new byte[1024];
      Arrays.fill(data, (byte) 7);
      first.write(0, data, 0, 1024);
      first.flush();
      assertEquals(2, first.sectors());
    }
    try (RawImage again = RawImage.open(good, BlockConfig.Writing.FORBIDDEN)) {
      byte[] read = new byte[512];
      again.read(1, read, 0, 512);
      assertEquals(7, read[511]);
      assertEquals(BlockConfig.Writing.FORBIDDEN, again.writing());
    }
  }
}

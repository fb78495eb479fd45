package dev.vls.vmm.board;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.vls.vmm.hart.Firmware;
import dev.vls.vmm.memory.GuestMemory;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ImageLoaderFuzzTest {
  private static final long SEED = Long.getLong("vls.seed", 20250205L);
  private static final int FILES = 100_000;
  private static final int RAM_BYTES = 64 << 10;
  private static final long RAM = GuestMemory.RAM_BASE;
  private static final byte[] EDGES = {0, 1, 2, 0x7f, (byte) 0x80, (byte) 0xff};

  private final GuestMemory memory = new GuestMemory(RAM_BYTES, 1);
  private final ImageLoader loader = new ImageLoader(memory);

  @Test
  void shouldLoadInsideRamOrRefuseWhenTheFileIsDamaged() {
    SplittableRandom random = new SplittableRandom(SEED);
    byte[] good =
        new ElfBuilder(RAM)
            .load(RAM, RAM, new byte[300], 5000)
            .load(RAM + 8192, RAM + 8192, new byte[200], 200)
            .header(0x6474_e551, 0, 0, new byte[0], 0)
            .build();
    int loaded = 0;
    for (int i = 0; i < FILES; i++) {
      byte[] file = damaged(good, random);
      try {
        LoadedImage image = loader.load(file, Firmware.SUPERVISOR_PAYLOAD);
        loaded++;
        assertTrue(image.start() >= RAM && image.end() <= RAM + RAM_BYTES);
        assertTrue(image.entry() >= RAM && image.entry() < RAM + RAM_BYTES);
      } catch (ImageException e) {
        assertTrue(e.getMessage().length() > 20);
      } catch (RuntimeException | AssertionError e) {
        fail("seed " + SEED + ", file " + i, e);
      }
    }
    assertTrue(loaded > FILES / 100 && loaded < FILES, "loaded " + loaded);
  }

  private static byte[] damaged(byte[] good, SplittableRandom random) {
    int length = random.nextInt(10) == 0 ? random.nextInt(good.length + 1) : good.length;
    byte[] file = Arrays.copyOf(good, length);
    int headers = Math.min(length, ElfLayout.HEADER_BYTES + 3 * ElfLayout.PH_BYTES);
    int changes = random.nextInt(1, 6);
    for (int i = 0; i < changes && headers > 4; i++) {
      // The magic stays: without it everything is a raw image.
      int at = random.nextInt(4, headers);
      file[at] =
          random.nextBoolean() ? (byte) random.nextInt() : EDGES[random.nextInt(EDGES.length)];
    }
    return file;
  }
}

package dev.vls.vmm.board;

import static dev.vls.vmm.board.DeviceTreeLayout.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.vls.vmm.RngSeed;
import dev.vls.vmm.board.VirtDeviceTree.Hypervisor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Damaged device trees are refused in a sentence, or are made into trees that are none the worse.
 */
class DeviceTreeFuzzTest {
  private static final long SEED = Long.getLong("vls.seed", 20261127L);
  private static final int FILES = Boolean.getBoolean("vls.long") ? 3_000_000 : 100_000;
  private static final int[] EDGES = {0, 1, 2, 3, 4, 9, 40, 0x7fff_ffff, 0x8000_0000, -1, -4};
  private static final Optional<LoadedImage> DISK =
      Optional.of(new LoadedImage(0, 0x8400_0000L, 0x8400_1234L));

  @Test
  void shouldRefuseOrWriteASoundTreeWhateverTheFileHolds() throws Exception {
    SplittableRandom random = new SplittableRandom(SEED);
    byte[] good =
        new VirtDeviceTree(
                1,
                64L << 20,
                "old",
                Hypervisor.ANNOUNCED,
                DISK,
                RngSeed.of(new byte[RngSeed.BYTES]))
            .encode();
    int taken = 0;
    for (int i = 0; i < FILES; i++) {
      byte[] file = damaged(good, random);
      byte[] made;
      try {
        made = DeviceTreeReader.withChosen(file, "quiet", DISK);
      } catch (ImageException e) {
        assertEquals(1, e.getMessage().lines().count());
        continue;
      } catch (RuntimeException | AssertionError e) {
        fail("seed " + SEED + ", file " + i, e);
        return;
      }
      taken++;
      assertTrue(made.length <= file.length + 200, "seed " + SEED + ", file " + i);
      ByteBuffer again =
          ByteBuffer.wrap(DeviceTreeReader.withChosen(made, "quiet", DISK)); // it is sound
      assertEquals(
          ByteBuffer.wrap(made).getInt(STRUCTURE_BYTES),
          again.getInt(STRUCTURE_BYTES),
          "seed " + SEED + ", file " + i);
    }
    assertTrue(taken > FILES / 100 && taken < FILES, "taken " + taken);
  }

  private static byte[] damaged(byte[] good, SplittableRandom random) {
    int length = random.nextInt(10) == 0 ? random.nextInt(good.length + 1) : good.length;
    ByteBuffer file = ByteBuffer.wrap(Arrays.copyOf(good, length));
    int changes = random.nextInt(1, 6);
    for (int i = 0; i < changes && length >= HEADER_BYTES; i++) {
      boolean header = random.nextInt(4) == 0;
      int at = random.nextInt((header ? HEADER_BYTES : length) / 4) * 4;
      switch (random.nextInt(3)) {
        case 0 -> file.putInt(at, EDGES[random.nextInt(EDGES.length)]);
        case 1 -> file.putInt(at, file.getInt(at) + random.nextInt(-16, 17));
        default -> file.put(at + random.nextInt(4), (byte) random.nextInt());
      }
    }
    return file.array();
  }
}

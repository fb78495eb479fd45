package dev.vls.vmm.board;

import static dev.vls.vmm.board.LinuxImageBuilder.archive;
import static dev.vls.vmm.board.LinuxImageBuilder.cpio;
import static dev.vls.vmm.board.LinuxImageBuilder.gzip;
import static dev.vls.vmm.board.LinuxImageBuilder.image;
import static dev.vls.vmm.board.LinuxImageBuilder.zboot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.vls.vmm.MachineConfig;
import dev.vls.vmm.TimeBase;
import dev.vls.vmm.hart.Firmware;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.memory.MmioBus;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Kernels, firmware and initial RAM disks, good and bad, and where they end up. */
class BootLoaderTest {
  private static final long SEED = Long.getLong("vls.seed", 20251126L);
  private static final long MIB = 1L << 20;
  private static final long RAM = GuestMemory.RAM_BASE;
  private static final long RAM_BYTES = 32 * MIB;
  private static final long KERNEL = RAM + 2 * MIB;
  private static final byte[] FIRMWARE = {0x6f, 0, 0, 0};

  private GuestMemory memory;
  private Hart hart;

  private void start(Firmware boot, BootImages images) throws ImageException {
    MachineConfig config = new MachineConfig(RAM_BYTES, 1, boot, "quiet", 100_000_000, 0);
    if (memory == null) {
      memory = new GuestMemory(RAM_BYTES, 1);
    }
    TimeBase time = new TimeBase(new GuestMemory(4096, 1), TimeBase.rateFor(100_000_000));
    hart = new Hart(0, memory, new MmioBus(), time, boot);
    new BootLoader(config, images, memory).start(List.of(hart));
  }

  private void start(BootImages images) throws ImageException {
    start(Firmware.SUPERVISOR_PAYLOAD, images);
  }

  private void refused(String reason, BootImages images) {
    String message = assertThrows(ImageException.class, () -> start(images)).getMessage();
    assertTrue(message.contains(reason), message);
    assertTrue(message.lines().count() == 1 && !message.endsWith("."), message);
  }

  private void refusedKernel(String reason, byte[] kernel) {
    refused(reason, BootImages.of(kernel));
  }

  private void refusedInitrd(String reason, byte[] initrd) {
    refused(reason, BootImages.of(image(2 * MIB, 0)).withInitrd(initrd));
  }

  private byte[] bytes(long physical, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      long at = physical + i - RAM;
      bytes[i] = (byte) memory.u8((int) (at >>> 12), (int) at & 4095);
    }
    return bytes;
  }

  private byte[] tree() {
    return bytes(hart.x(11), ByteBuffer.wrap(bytes(hart.x(11) + 4, 4)).getInt());
  }

  /** Returns the 64-bit value of a property that is unique in the tree. */
  private long property(String name) {
    byte[] blob = tree();
    ByteBuffer tree = ByteBuffer.wrap(blob);
    String strings = new String(blob, StandardCharsets.ISO_8859_1).substring(tree.getInt(12));
    int wanted = ("\0" + strings).indexOf("\0" + name + "\0");
    assertTrue(wanted >= 0, name);
    for (int at = tree.getInt(8); at < tree.getInt(12); at += 4) {
      if (tree.getInt(at) == 3 && tree.getInt(at + 4) == 8 && tree.getInt(at + 8) == wanted) {
        return tree.getLong(at + 12);
      }
    }
    return fail("no value of " + name);
  }

  @Test
  void shouldLoadAnImageWhereItsHeaderSaysHoweverItIsPacked() throws Exception {
    byte[] kernel = image(4 * MIB, 5 * MIB);
    byte[][] files = {kernel, gzip(kernel), zboot(gzip(kernel), "gzip")};
    for (byte[] file : files) {
      memory = null;
      start(BootImages.of(file));
      assertEquals(RAM + 4 * MIB, hart.pc());
      assertEquals(0, hart.x(10));
      byte[] loaded = bytes(RAM + 4 * MIB, LinuxImageBuilder.FILE_BYTES);
      assertTrue(Arrays.equals(kernel, loaded));
    }
  }

  @Test
  void shouldTellTheKernelOfItsRamDiskBehindEverythingItNeeds() throws Exception {
    start(BootImages.of(image(2 * MIB, 20 * MIB)).withInitrd(archive()));
    long start = property("linux,initrd-start");
    assertEquals(KERNEL + 20 * MIB, start, "half of RAM would be inside the kernel's data");
    assertEquals(start + archive().length, property("linux,initrd-end"));
    assertTrue(Arrays.equals(archive(), bytes(start, archive().length)));
    assertTrue(hart.x(11) >= property("linux,initrd-end"));
  }

  @Test
  void shouldPutTheRamDiskHalfOfRamBehindTheKernelWhenThatIsFree() throws Exception {
    start(BootImages.of(image(2 * MIB, MIB)).withInitrd(archive()));
    assertEquals(KERNEL + 16 * MIB, property("linux,initrd-start"));
  }

  @Test
  void shouldPutTheRamDiskLowerWhenItWouldReachTheDeviceTree() throws Exception {
    byte[] disk = new byte[(int) (24 * MIB)];
    start(BootImages.of(image(2 * MIB, MIB)).withInitrd(disk));
    assertEquals(RAM + RAM_BYTES - 2 * MIB - disk.length, property("linux,initrd-start"));
    refusedInitrd("more RAM", new byte[(int) (27 * MIB)]);
  }

  @Test
  void shouldStartFirmwareAndDescribeTheKernelToIt() throws Exception {
    BootImages images = BootImages.of(FIRMWARE).withKernel(gzip(image(2 * MIB, MIB)));
    start(Firmware.MACHINE_FIRMWARE, images);
    assertEquals(RAM, hart.pc());
    assertTrue(Arrays.equals(FIRMWARE, bytes(RAM, 4)));
    ByteBuffer info =
        ByteBuffer.wrap(bytes(hart.x(12), 48)).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    assertEquals(0x4942_534f, info.getLong(0));
    assertEquals(2, info.getLong(8));
    assertEquals(KERNEL, info.getLong(16));
    assertEquals(1, info.getLong(24), "S-mode");
    assertTrue(hart.x(12) >= hart.x(11) + tree().length);
    assertEquals((byte) 0x5a, bytes(KERNEL + LinuxImageBuilder.FILE_BYTES - 1, 1)[0]);
  }

  @Test
  void shouldRefuseWhenFirmwareAndKernelOverlap() {
    byte[] firmware = new byte[(int) (2 * MIB) + 1];
    ImageException refused =
        assertThrows(
            ImageException.class,
            () ->
                start(
                    Firmware.MACHINE_FIRMWARE,
                    BootImages.of(firmware).withKernel(image(2 * MIB, MIB))));
    assertTrue(refused.getMessage().contains("overlap"), refused.getMessage());
  }

  @Test
  void shouldStartWithTheGivenDeviceTreeWhenThereIsOne() throws Exception {
    byte[] own =
        new DeviceTreeBuilder()
            .begin("")
            .text("model", "my board")
            .begin("chosen")
            .end()
            .end()
            .build(0);
    BootImages images =
        BootImages.of(image(2 * MIB, MIB)).withInitrd(archive()).withDeviceTree(own);
    start(images);
    long start = property("linux,initrd-start");
    assertTrue(Arrays.equals(archive(), bytes(start, archive().length)));
    assertEquals(start + archive().length, property("linux,initrd-end"));
    String tree = new String(tree(), StandardCharsets.ISO_8859_1);
    assertTrue(tree.contains("my board\0") && tree.contains("quiet\0"), tree);
    assertFalse(tree.contains("riscv-virtio"), tree);
    MachineConfig config =
        new MachineConfig(RAM_BYTES, 1, Firmware.SUPERVISOR_PAYLOAD, "quiet", 100_000_000, 0);
    assertTrue(Arrays.equals(tree(), BootLoader.deviceTree(config, images)));

    start(Firmware.MACHINE_FIRMWARE, BootImages.of(FIRMWARE).withDeviceTree(own));
    assertTrue(hart.x(12) >= hart.x(11) + tree().length);
    refused("the device tree is none", BootImages.of(FIRMWARE).withDeviceTree(new byte[100]));
  }

  @Test
  void shouldPutTheLargestDeviceTreeBehindTheRamDisk() throws Exception {
    byte[] filler = new byte[DeviceTreeReader.MAX_BYTES - 200];
    byte[] own = new DeviceTreeBuilder().begin("").bytes("filler", filler).end().build(0);
    byte[] disk = new byte[(int) (24 * MIB)];
    start(BootImages.of(image(2 * MIB, MIB)).withInitrd(disk).withDeviceTree(own));
    assertTrue(hart.x(11) >= property("linux,initrd-end"));
    assertTrue(hart.x(11) + tree().length <= RAM + RAM_BYTES);
  }

  @Test
  void shouldSayWhatIsWrongWhenTheKernelIsNone() {
    byte[] kernel = image(2 * MIB, MIB);
    refusedKernel("empty", new byte[0]);
    refusedKernel("it was cut", Arrays.copyOf(kernel, kernel.length - 1));
    refusedKernel("it was cut", Arrays.copyOf(kernel, 70));
    refusedKernel("more RAM", image(2 * MIB, RAM_BYTES));
    refusedKernel("more RAM", image(RAM_BYTES, 0));
    refusedKernel("damaged", image(2 * MIB, -1));
    refusedKernel("damaged", image(-2 * MIB, MIB));
    refusedKernel("damaged", image(MIB, MIB));
    refusedKernel("more RAM", image(Long.MAX_VALUE & -(2 * MIB), MIB));
    refusedKernel("more RAM", image(2 * MIB, Long.MAX_VALUE));
    byte[] bigEndian = kernel.clone();
    bigEndian[LinuxImageLayout.FLAGS] = 1;
    refusedKernel("big-endian", bigEndian);
    byte[] noPe = kernel.clone();
    noPe[64] = 0;
    refusedKernel("no PE header", noPe);
    byte[] packed = gzip(kernel);
    refusedKernel("cut or damaged", Arrays.copyOf(packed, packed.length / 2));
    refusedKernel("unpacks to more than", gzip(new byte[(int) RAM_BYTES + 1]));
    refusedKernel("packed with 'zstd'", zboot(packed, "zstd"));
    refusedKernel("packed with 'gzip'", zboot(new byte[99], "gzip"));
    refusedKernel("it was cut", Arrays.copyOf(zboot(packed, "gzip"), 140));
    refusedKernel("unpacks to more than", zboot(gzip(new byte[(int) RAM_BYTES + 1]), "gzip"));
  }

  @Test
  void shouldSayWhatIsWrongWhenTheRamDiskIsNone() {
    refusedInitrd("empty", new byte[0]);
    byte[] packed = gzip(archive());
    refusedInitrd("cut or damaged", Arrays.copyOf(packed, packed.length - 9));
    refusedInitrd("unpacks to more than", gzip(new byte[(int) RAM_BYTES + 1]));
    refusedInitrd("it was cut", Arrays.copyOf(archive(), archive().length / 2));
    refusedInitrd("it was cut", cpio("init", new byte[100]));
    byte[] damaged = archive();
    damaged[cpio("init", new byte[5]).length] = '1';
    refusedInitrd("damaged header", damaged);
    byte[] noNumber = archive();
    noNumber[6 + 6 * 8] = 'x';
    refusedInitrd("damaged header", noNumber);
  }

  @Test
  void shouldLeaveOtherRamDisksToTheKernel() throws Exception {
    for (byte[] disk : new byte[][] {{1}, "070701".getBytes(StandardCharsets.UTF_8)}) {
      if (disk.length > 1) {
        refusedInitrd("it was cut", disk);
      } else {
        start(BootImages.of(image(2 * MIB, MIB)).withInitrd(disk));
        assertEquals(property("linux,initrd-start") + 1, property("linux,initrd-end"));
      }
    }
  }

  @Test
  void shouldLoadInsideRamOrRefuseWhenHeadersAreDamaged() {
    SplittableRandom random = new SplittableRandom(SEED);
    byte[][] kernels = {image(2 * MIB, MIB), zboot(gzip(image(2 * MIB, MIB)), "gzip")};
    int loaded = 0;
    int tries = 5_000;
    for (int i = 0; i < tries; i++) {
      byte[] kernel = damaged(kernels[i % 2], 160, random);
      byte[] disk = damaged(archive(), archive().length, random);
      try {
        start(BootImages.of(kernel).withInitrd(disk));
        loaded++;
      } catch (ImageException e) {
        assertFalse(e.getMessage().isEmpty());
      } catch (RuntimeException e) {
        fail("seed " + SEED + ", try " + i, e);
      }
    }
    assertTrue(loaded > 0 && loaded < tries, "loaded " + loaded);
  }

  private static byte[] damaged(byte[] good, int headers, SplittableRandom random) {
    byte[] file =
        Arrays.copyOf(good, random.nextInt(8) == 0 ? random.nextInt(1, good.length) : good.length);
    for (int i = random.nextInt(4); i > 0; i--) {
      file[random.nextInt(Math.min(headers, file.length))] = (byte) random.nextInt();
    }
    return file;
  }
}

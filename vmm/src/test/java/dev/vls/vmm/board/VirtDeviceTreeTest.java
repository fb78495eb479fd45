package dev.vls.vmm.board;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.OutsideTools;
import dev.vls.vmm.RngSeed;
import dev.vls.vmm.board.VirtDeviceTree.Hypervisor;
import dev.vls.vmm.memory.GuestMemory;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VirtDeviceTreeTest {
  private static final long RAM = GuestMemory.RAM_BASE;
  private static final long MIB = 1L << 20;

  @Test
  void shouldReadBackAsWhatWasMeantWhenDtcDecodesIt() throws Exception {
    OutsideTools.require(VirtDeviceTreeTest.class, "dtc");
    String source =
        Dtc.decode(
            new VirtDeviceTree(2, 256 * MIB, "console=hvc0 quiet", Hypervisor.ANNOUNCED).encode());
    for (String expected :
        new String[] {
          "memory@80000000 { device_type = \"memory\"; reg = <0x00 0x80000000 0x00 0x10000000>; }",
          "timebase-frequency = <0x989680>;",
          "riscv,isa = \"rv64imafdc_zicntr_zicsr_zifencei_sstc_svadu\";",
          "riscv,isa-extensions ="
              + " \"i\\0m\\0a\\0f\\0d\\0c\\0zicntr\\0zicsr\\0zifencei\\0sstc\\0svadu\";",
          "mmu-type = \"riscv,sv48\";",
          "cpu@1 {",
          "reg = <0x00 0x10000000 0x00 0x100>;",
          "interrupts = <0x0a>;",
          "riscv,ndev = <0x5f>;",
          "virtio_mmio@10001000 { compatible = \"virtio,mmio\"; reg = <0x00 0x10001000 0x00"
              + " 0x1000>; interrupt-parent = <0x01>; interrupts = <0x01>; }",
          "virtio_mmio@10008000 { compatible = \"virtio,mmio\"; reg = <0x00 0x10008000 0x00"
              + " 0x1000>; interrupt-parent = <0x01>; interrupts = <0x08>; }",
          "interrupts-extended = <0x03 0x0b 0x03 0x09 0x04 0x0b 0x04 0x09>;",
          "interrupts-extended = <0x03 0x03 0x03 0x07 0x04 0x03 0x04 0x07>;",
          "bootargs = \"console=hvc0 quiet\";",
          "stdout-path = \"/soc/serial@10000000\";",
          "compatible = \"xen,xen-4.19\\0xen,xen\"; reg = <0x00 0x38000000 0x00 0x1000000>;"
              + " interrupts-extended = <0x03 0x18 0x04 0x18>;"
        }) {
      assertTrue(source.contains(expected), () -> expected + " in " + source);
    }
    String plain = Dtc.decode(new VirtDeviceTree(1, 64 * MIB, "", Hypervisor.ABSENT).encode());
    assertFalse(plain.contains("hypervisor"));
    assertFalse(plain.contains("bootargs"));
    assertFalse(plain.contains("rng-seed"));
    assertFalse(plain.contains("cpu@1"));
  }

  @Test
  void shouldHoldTheSeedWhenThereIsOne() throws Exception {
    OutsideTools.require(VirtDeviceTreeTest.class, "dtc");
    RngSeed seed = new RngSeed("0011223344556677" + "8899aabbccddeeff".repeat(3));
    String source =
        Dtc.decode(
            new VirtDeviceTree(1, 64 * MIB, "", Hypervisor.ABSENT, Optional.empty(), seed)
                .encode());
    String words = "0x112233 0x44556677" + " 0x8899aabb 0xccddeeff".repeat(3);
    assertTrue(source.contains("rng-seed = <" + words + ">;"), source);
  }

  @Test
  void shouldHaveAConsistentHeaderWhenEncoded() {
    ByteBuffer blob =
        ByteBuffer.wrap(new VirtDeviceTree(1, 64 * MIB, "x", Hypervisor.ABSENT).encode());
    assertEquals(0xd00d_feed, blob.getInt(0));
    assertEquals(blob.capacity(), blob.getInt(4));
    int structure = blob.getInt(8);
    int strings = blob.getInt(12);
    assertEquals(17, blob.getInt(20));
    assertEquals(16, blob.getInt(24));
    assertEquals(strings, structure + blob.getInt(36));
    assertEquals(blob.capacity(), strings + blob.getInt(32));
    assertEquals(9, blob.getInt(strings - 4), "the structure ends with FDT_END");
    assertEquals(0, structure % 4);
    assertEquals(0, blob.getInt(16) % 8);
  }

  @Test
  void shouldBeBelowTheEndOfRamAlignedWhenPlaced() throws Exception {
    GuestMemory memory = new GuestMemory(8 * MIB, 1);
    VirtDeviceTree tree = new VirtDeviceTree(1, 8 * MIB, "x", Hypervisor.ABSENT);
    long address = new ImageLoader(memory).loadTree(tree.encode(), RAM + MIB);
    assertEquals(RAM + 6 * MIB, address);
    byte[] blob = tree.encode();
    byte[] placed = new byte[blob.length];
    for (int at = 0; at < placed.length; at += 4096) {
      int frame = (int) ((address - RAM + at) / 4096);
      memory.read(frame, 0, placed, at, Math.min(4096, placed.length - at));
    }
    assertArrayEquals(blob, placed);
  }

  @Test
  void shouldMoveUpOrRefuseWhenTheImageIsInTheWay() throws Exception {
    GuestMemory memory = new GuestMemory(4 * MIB, 1);
    VirtDeviceTree tree = new VirtDeviceTree(1, 4 * MIB, "", Hypervisor.ABSENT);
    long end = RAM + 3 * MIB;
    long address = new ImageLoader(memory).loadTree(tree.encode(), end);
    assertTrue(address >= end && address + tree.encode().length <= RAM + 4 * MIB);
    assertEquals(0, address % 4096);
    ImageException refused =
        assertThrows(
            ImageException.class,
            () -> new ImageLoader(memory).loadTree(tree.encode(), RAM + 4 * MIB));
    assertTrue(refused.getMessage().contains("more RAM"));
  }

  @Test
  void shouldRefuseAConfigurationThatCannotBe() {
    String longLine = "x".repeat(VirtDeviceTree.MAX_BOOT_ARGUMENTS + 1);
    assertThrows(
        IllegalArgumentException.class, () -> new VirtDeviceTree(0, MIB, "", Hypervisor.ABSENT));
    assertThrows(
        IllegalArgumentException.class,
        () -> new VirtDeviceTree(1, MIB, longLine, Hypervisor.ABSENT));
    assertThrows(
        IllegalArgumentException.class,
        () -> new VirtDeviceTree(1, MIB, "a\0b", Hypervisor.ABSENT));
  }

  @Test
  void shouldRefuseCallsThatAreNoTree() {
    DeviceTreeBuilder tree = new DeviceTreeBuilder();
    assertThrows(IllegalStateException.class, () -> tree.flag("x"));
    assertThrows(IllegalStateException.class, tree::end);
    assertThrows(IllegalStateException.class, () -> tree.build(0));
    tree.begin("").end();
    assertThrows(IllegalStateException.class, () -> tree.begin(""));
    assertEquals(40 + 16 + 16, tree.build(0).length);
  }
}

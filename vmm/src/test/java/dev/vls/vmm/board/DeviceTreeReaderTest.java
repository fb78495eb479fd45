package dev.vls.vmm.board;

import static dev.vls.vmm.board.DeviceTreeLayout.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.OutsideTools;
import dev.vls.vmm.RngSeed;
import dev.vls.vmm.board.VirtDeviceTree.Hypervisor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Device trees of the user's own: what is put in, and what is refused. */
class DeviceTreeReaderTest {
  private static final Optional<LoadedImage> DISK =
      Optional.of(new LoadedImage(0, 0x8400_0000L, 0x8400_1234L));
  private static final Optional<LoadedImage> OTHER_DISK =
      Optional.of(new LoadedImage(0, 0x8800_0000L, 0x8900_0000L));

  private static byte[] virt(String arguments, Optional<LoadedImage> disk) {
    return new VirtDeviceTree(2, 64L << 20, arguments, Hypervisor.ANNOUNCED, disk, RngSeed.NONE)
        .encode();
  }

  /** Returns a root with one property and one node. */
  private static byte[] small() {
    return new DeviceTreeBuilder()
        .begin("")
        .text("model", "small")
        .begin("leds")
        .cells("reg", 1, 2)
        .end()
        .end()
        .build(3);
  }

  @Test
  void shouldReplaceCommandLineAndRamDiskAndNothingElse() throws Exception {
    OutsideTools.require(DeviceTreeReaderTest.class, "dtc");
    byte[] wanted = virt("console=ttyS0 quiet", DISK);
    for (Optional<LoadedImage> before : java.util.List.of(Optional.<LoadedImage>empty(), DISK)) {
      for (String arguments : new String[] {"", "old"}) {
        byte[] made =
            DeviceTreeReader.withChosen(virt(arguments, before), "console=ttyS0 quiet", DISK);
        assertEquals(Dtc.sorted(wanted), Dtc.sorted(made));
      }
    }
    assertEquals(
        Dtc.sorted(virt("old", Optional.empty())),
        Dtc.sorted(DeviceTreeReader.withChosen(virt("old", OTHER_DISK), "", Optional.empty())),
        "without --append the tree's own command line counts, and no disk is where none is");
  }

  @Test
  void shouldAddChosenWhereThereIsNone() throws Exception {
    OutsideTools.require(DeviceTreeReaderTest.class, "dtc");
    String made = Dtc.sorted(DeviceTreeReader.withChosen(small(), "quiet", DISK));
    assertTrue(
        made.contains(
            "chosen { bootargs = \"quiet\"; linux,initrd-end = <0x00 0x84001234>;"
                + " linux,initrd-start = <0x00 0x84000000>; };"),
        made);
    assertTrue(made.contains("leds { reg = <0x01 0x02>; };"), made);
  }

  @Test
  void shouldKeepReservationsAndTheBootHart() throws Exception {
    ByteBuffer small = ByteBuffer.wrap(small());
    ByteBuffer more = ByteBuffer.allocate(small.capacity() + RESERVATION_BYTES + 8);
    more.put(0, small.array(), 0, HEADER_BYTES);
    int reservations = HEADER_BYTES + 8; // not where they usually are
    more.putInt(RESERVATIONS, reservations).putLong(reservations, 0x8000_0000L);
    more.putLong(reservations + 8, 0x2_0000);
    int at = HEADER_BYTES + RESERVATION_BYTES;
    more.put(at + RESERVATION_BYTES + 8, small.array(), at, small.capacity() - at);
    for (int offset : new int[] {TOTAL_BYTES, STRUCTURE, STRINGS}) {
      more.putInt(offset, small.getInt(offset) + RESERVATION_BYTES + 8);
    }
    ByteBuffer made =
        ByteBuffer.wrap(DeviceTreeReader.withChosen(more.array(), "", Optional.empty()));
    assertEquals(0x8000_0000L, made.getLong(made.getInt(RESERVATIONS)));
    assertEquals(0x2_0000, made.getLong(made.getInt(RESERVATIONS) + 8));
    assertEquals(0, made.getLong(made.getInt(RESERVATIONS) + 16));
    assertEquals(3, made.getInt(BOOT_HART));
    assertEquals(made.capacity(), made.getInt(TOTAL_BYTES));
  }

  @Test
  void shouldTakeATreeThatWasWrittenBefore() throws Exception {
    byte[] once = DeviceTreeReader.withChosen(small(), "quiet", DISK);
    byte[] twice = DeviceTreeReader.withChosen(once, "quiet", DISK);
    ByteBuffer first = ByteBuffer.wrap(once);
    ByteBuffer second = ByteBuffer.wrap(twice);
    assertEquals(first.getInt(STRUCTURE_BYTES), second.getInt(STRUCTURE_BYTES));
    byte[] behind = Arrays.copyOf(once, once.length + 100);
    assertArrayEquals(twice, DeviceTreeReader.withChosen(behind, "quiet", DISK));
  }

  private static void refused(String reason, byte[] file) {
    String message =
        assertThrows(
                ImageException.class,
                () -> DeviceTreeReader.withChosen(file, "quiet", Optional.empty()))
            .getMessage();
    assertTrue(message.contains(reason), message);
    assertTrue(message.lines().count() == 1 && !message.endsWith("."), message);
  }

  private static void refused(String reason, Consumer<ByteBuffer> damage) {
    byte[] file = small();
    damage.accept(ByteBuffer.wrap(file));
    refused(reason, file);
  }

  @Test
  void shouldSayWhatIsWrongWithTheHeader() {
    refused("the device tree is none", new byte[0]);
    refused("the device tree is none", Arrays.copyOf(small(), HEADER_BYTES - 1));
    refused("the device tree is none", tree -> tree.putInt(MAGIC, 0xedfe_0dd0));
    refused("it was cut", Arrays.copyOf(small(), small().length - 1));
    refused("expected at most 1048576", Arrays.copyOf(small(), (1 << 20) + 1));
    refused("its header says 39", tree -> tree.putInt(TOTAL_BYTES, HEADER_BYTES - 1));
    refused("has 4294967295 bytes", tree -> tree.putInt(TOTAL_BYTES, -1));
    refused("version 16", tree -> tree.putInt(VERSION, 16));
    refused("compatible down to 18", tree -> tree.putInt(LAST_COMPATIBLE, 18));
    refused("its strings, 4294967295 bytes", tree -> tree.putInt(STRINGS_BYTES, -1));
    refused("its strings, ", tree -> tree.putInt(STRINGS, Integer.MAX_VALUE));
    refused("its structure, ", tree -> tree.putInt(STRUCTURE, 57));
    refused("its structure, ", tree -> tree.putInt(STRUCTURE, -4));
    refused("its structure, ", tree -> tree.putInt(STRUCTURE, 0));
    refused("its structure, ", tree -> tree.putInt(STRUCTURE_BYTES, 1000));
    refused("its reservations, ", tree -> tree.putInt(RESERVATIONS, 44));
    refused("its reservations, ", tree -> tree.putInt(RESERVATIONS, Integer.MIN_VALUE));
    refused("two of its blocks overlap", tree -> tree.putInt(STRUCTURE, HEADER_BYTES));
    refused("two of its blocks overlap", tree -> tree.putInt(STRINGS, tree.getInt(STRUCTURE)));
    refused("two of its blocks overlap", tree -> tree.putInt(STRINGS, HEADER_BYTES));
    refused("reservations have no end", tree -> tree.putInt(RESERVATIONS, HEADER_BYTES + 16));
  }

  /**
   * Words of the small tree's structure: root, its property "model", "leds", its "reg", two ends.
   */
  @Test
  void shouldSayWhatIsWrongWithTheStructure() {
    int root = HEADER_BYTES + RESERVATION_BYTES;
    int model = root + 8;
    int leds = model + PROP_BYTES + 8;
    int reg = leds + 12;
    int ends = reg + PROP_BYTES + 8;
    refused("there is no token 7", tree -> tree.putInt(model, 7));
    refused("a property is in no node", tree -> tree.putInt(root, NOP).putInt(root + 4, NOP));
    refused("a property reaches beyond", tree -> tree.putInt(model + 4, 1000));
    refused("a property reaches beyond", tree -> tree.putInt(reg + 4, -1));
    refused("its structure has no end", tree -> tree.putInt(STRUCTURE_BYTES, ends - root));
    refused("a property's name is not among", tree -> tree.putInt(model + 8, 100));
    refused("a property's name is not among", tree -> tree.putInt(model + 8, -1));
    refused("a property has no name", tree -> tree.putInt(model + 8, 5));
    refused("a name has the octet 0x1b", tree -> tree.put(leds + 5, (byte) 0x1b));
    refused("a name has the octet 0x2f", tree -> tree.put(leds + 5, (byte) '/'));
    refused("a name has the octet 0xe4", tree -> tree.put(leds + 5, (byte) 0xe4));
    refused("no name or no parent", tree -> tree.putInt(leds + 4, 0));
    refused("no name or no parent", tree -> tree.putInt(root + 4, 0x6100_0000));
    refused("it ends within a node", tree -> tree.putInt(ends, END));
    refused("it ends within a node", tree -> tree.putInt(root, END));
    refused("a node ends that never began", tree -> tree.putInt(root, END_NODE));
    refused("a name does not end", tree -> tree.putInt(STRINGS_BYTES, 5));
  }

  @Test
  void shouldRefuseWhatIsNestedTooDeepTooLongOrTwice() {
    DeviceTreeBuilder deep = new DeviceTreeBuilder().begin("");
    for (int i = 0; i < 64; i++) {
      deep.begin("n");
    }
    for (int i = 0; i < 65; i++) {
      deep.end();
    }
    refused("more than 64 deep", deep.build(0));
    String name = "n".repeat(256);
    refused("does not end", new DeviceTreeBuilder().begin("").begin(name).end().end().build(0));
    refused("does not end", new DeviceTreeBuilder().begin("").flag(name).end().build(0));
    refused(
        "two nodes /chosen",
        new DeviceTreeBuilder()
            .begin("")
            .begin("chosen")
            .end()
            .begin("chosen")
            .end()
            .end()
            .build(0));
    byte[] second = new DeviceTreeBuilder().begin("").end().build(0);
    ByteBuffer tree = ByteBuffer.allocate(second.length + 8).put(0, second);
    tree.putInt(TOTAL_BYTES, tree.capacity()).putInt(STRINGS, tree.capacity());
    tree.putInt(STRUCTURE_BYTES, 24);
    int at = HEADER_BYTES + RESERVATION_BYTES + 12;
    tree.putInt(at, BEGIN_NODE).putInt(at + 4, 0).putInt(at + 8, END);
    refused("no name or no parent", tree.array());
  }
}

package dev.vls.vmm.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.hart.Firmware;
import dev.vls.vmm.memory.GuestMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ImageLoaderTest {
  private static final long RAM = GuestMemory.RAM_BASE;
  private static final int RAM_BYTES = 4 << 20;

  private final GuestMemory memory = new GuestMemory(RAM_BYTES, 1);
  private final ImageLoader loader = new ImageLoader(memory);

  private static byte[] pattern(int length, int first) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (first + i);
    }
    return bytes;
  }

  private int at(long physical) {
    return memory.u8((int) (physical - RAM) / 4096, (int) physical & 4095);
  }

  private LoadedImage load(byte[] file) throws ImageException {
    return loader.load(file, Firmware.SUPERVISOR_PAYLOAD);
  }

  private void refused(byte[] file, String reason) {
    String message = assertThrows(ImageException.class, () -> load(file)).getMessage();
    assertTrue(message.contains(reason), message);
    assertFalse(message.endsWith("."), message);
  }

  private static ElfBuilder good() {
    return new ElfBuilder(RAM + 0x1000).load(RAM + 0x1000, RAM + 0x1000, pattern(5000, 1), 5000);
  }

  private static byte[] patched(int offset, int bytes, long value) {
    ByteBuffer file = ByteBuffer.wrap(good().build()).order(ByteOrder.LITTLE_ENDIAN);
    switch (bytes) {
      case 1 -> file.put(offset, (byte) value);
      case 2 -> file.putShort(offset, (short) value);
      default -> file.putLong(offset, value);
    }
    return file.array();
  }

  @Test
  void shouldLoadSegmentsByPhysicalAddressAndZeroTheRest() throws Exception {
    for (int frame = 0; frame < 16; frame++) {
      memory.write(frame, 0, pattern(4096, 0x55), 0, 4096);
    }
    byte[] text = pattern(5000, 1);
    LoadedImage image = load(new ElfBuilder(RAM).load(RAM, RAM + 0x124, text, 9000).build());
    assertEquals(new LoadedImage(RAM + 0x124, RAM + 0x124, RAM + 0x124 + 9000), image);
    for (int i = 0; i < text.length; i++) {
      assertEquals(text[i] & 0xff, at(RAM + 0x124 + i));
    }
    for (int i = text.length; i < 9000; i++) {
      assertEquals(0, at(RAM + 0x124 + i));
    }
    assertEquals(0x55 + ((0x124 + 9000) & 4095) & 0xff, at(RAM + 0x124 + 9000));
    assertEquals((0x55 + 0x123) & 0xff, at(RAM + 0x123));
  }

  @Test
  void shouldTranslateTheEntryWhenAKernelIsLinkedForVirtualAddresses() throws Exception {
    long virtual = 0xffff_ffff_8000_0000L;
    byte[] text = pattern(64, 0);
    LoadedImage image =
        load(new ElfBuilder(virtual + 0x20).load(virtual, RAM + 0x20_0000, text, 64).build());
    assertEquals(RAM + 0x20_0020, image.entry());
  }

  @Test
  void shouldLetLaterSegmentsWinWhenTheyOverlap() throws Exception {
    load(
        new ElfBuilder(RAM)
            .load(RAM, RAM, pattern(100, 1), 100)
            .load(RAM + 10, RAM + 10, pattern(1, 99), 3)
            .build());
    assertEquals(99, at(RAM + 10));
    assertEquals(0, at(RAM + 11));
    assertEquals(14, at(RAM + 13));
  }

  @Test
  void shouldFillRamToItsLastByteWhenASegmentDoes() throws Exception {
    LoadedImage image = load(new ElfBuilder(RAM).load(RAM, RAM, new byte[4], RAM_BYTES).build());
    assertEquals(RAM + RAM_BYTES, image.end());
    refused(new ElfBuilder(RAM).load(RAM, RAM, new byte[4], RAM_BYTES + 1).build(), "more RAM");
  }

  @Test
  void shouldPlaceARawImageByTheFirmwareMode() throws Exception {
    byte[] raw = {0x13, 0, 0, 0};
    assertEquals(
        new LoadedImage(RAM + 0x20_0000, RAM + 0x20_0000, RAM + 0x20_0004),
        loader.load(raw, Firmware.SUPERVISOR_PAYLOAD));
    assertEquals(new LoadedImage(RAM, RAM, RAM + 4), loader.load(raw, Firmware.MACHINE_FIRMWARE));
    assertEquals(0x13, at(RAM));
    refused(new byte[RAM_BYTES - 0x20_0000 + 1], "more RAM");
  }

  @Test
  void shouldSayWhatIsWrongWhenTheFileIsNoUsableImage() {
    refused(new byte[0], "empty");
    refused(new byte[] {0x1f, (byte) 0x8b, 8, 0}, "cut or damaged");
    refused(Arrays.copyOf(good().build(), 63), "header");
    refused(Arrays.copyOf(good().build(), 100), "table of program headers");
    refused(Arrays.copyOf(good().build(), 5000), "segment 0");
    refused(patched(ElfLayout.CLASS, 1, 1), "64-bit");
    refused(patched(ElfLayout.DATA, 1, 2), "little-endian");
    refused(patched(ElfLayout.MACHINE, 2, 62), "RISC-V");
    refused(patched(ElfLayout.TYPE, 2, 1), "executable");
    refused(patched(ElfLayout.PHENTSIZE, 2, 32), "program header size");
    refused(patched(ElfLayout.PHNUM, 2, 0), "no loadable segment");
    refused(patched(ElfLayout.PHNUM, 2, 0xffff), "table of program headers");
    refused(patched(ElfLayout.PHOFF, 8, Long.MAX_VALUE), "table of program headers");
    refused(patched(ElfLayout.PHOFF, 8, -1), "table of program headers");
    refused(patched(ElfLayout.ENTRY, 8, 0x1000), "starts at 0x1000");
    refused(patched(ElfLayout.ENTRY, 8, RAM + 0x1001), "even address");
    int segment = ElfLayout.HEADER_BYTES;
    refused(patched(segment + ElfLayout.PH_OFFSET, 8, Long.MAX_VALUE), "segment 0");
    refused(patched(segment + ElfLayout.PH_OFFSET, 8, -1), "segment 0");
    refused(patched(segment + ElfLayout.PH_FILESZ, 8, 5001), "damaged");
    refused(patched(segment + ElfLayout.PH_FILESZ, 8, -1), "damaged");
    refused(patched(segment + ElfLayout.PH_MEMSZ, 8, Long.MIN_VALUE), "damaged");
    refused(patched(segment + ElfLayout.PH_MEMSZ, 8, Long.MAX_VALUE), "more RAM");
    refused(patched(segment + ElfLayout.PH_PADDR, 8, RAM - 1), "more RAM");
    refused(patched(segment + ElfLayout.PH_PADDR, 8, -4096), "more RAM");
    refused(patched(segment + ElfLayout.PH_PADDR, 8, RAM + RAM_BYTES), "more RAM");
    refused(good().header(ElfLayout.PT_INTERP, 0, 0, new byte[4], 4).build(), "-static");
  }

  @Test
  void shouldRefuseWhenOverlapsMultiplyTheWork() {
    ElfBuilder elf = new ElfBuilder(RAM);
    for (int i = 0; i < 1000; i++) {
      elf.load(RAM, RAM, new byte[0], RAM_BYTES);
    }
    refused(elf.build(), "overlapping segments");
  }
}

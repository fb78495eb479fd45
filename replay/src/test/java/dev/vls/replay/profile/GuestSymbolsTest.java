package dev.vls.replay.profile;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Names of addresses, from files of both kinds and from garbage. */
class GuestSymbolsTest {
  private static final long SEED = Long.getLong("vls.seed", 20261127L);
  private static final int HEADERS = 64;
  private static final int TABLE = HEADERS + 3 * 64;
  private static final int SYMBOLS = 4;
  private static final int NAMES = TABLE + SYMBOLS * 24;

  private final GuestSymbols symbols = new GuestSymbols();

  /** A header, three section headers, a symbol table, and its names. */
  private static byte[] elf() {
    byte[] names = "\0main\0fib\0$x\0somewhere\0".getBytes(US_ASCII);
    ByteBuffer file = ByteBuffer.allocate(NAMES + names.length).order(ByteOrder.LITTLE_ENDIAN);
    file.put(0, new byte[] {0x7f, 'E', 'L', 'F', 2, 1});
    file.putLong(0x28, HEADERS).putShort(0x3a, (short) 64).putShort(0x3c, (short) 3);
    section(file, 1, 2, TABLE, SYMBOLS * 24, 2);
    section(file, 2, 3, NAMES, names.length, 0);
    symbol(file, 0, 1, 0x12, 0x8020_0000L, 0x20);
    symbol(file, 1, 6, 0x02, 0x8020_0040L, 0x10);
    symbol(file, 2, 10, 0x00, 0x8020_0004L, 0); // marks the kind of code
    symbol(file, 3, 13, 0x11, 0x8020_0100L, 8); // data
    file.put(NAMES, names);
    return file.array();
  }

  private static void section(
      ByteBuffer file, int index, int type, long offset, long length, int link) {
    int at = HEADERS + 64 * index;
    file.putInt(at + 4, type).putLong(at + 0x18, offset).putLong(at + 0x20, length);
    file.putInt(at + 0x28, link);
  }

  private static void symbol(
      ByteBuffer file, int index, int name, int info, long address, long bytes) {
    int at = TABLE + 24 * index;
    file.putInt(at, name).put(at + 4, (byte) info).putShort(at + 6, (short) 1);
    file.putLong(at + 8, address).putLong(at + 16, bytes);
  }

  @Test
  void shouldNameAddressesInsideFunctionsWhenTheFileIsElf() {
    symbols.addFile(elf());
    assertEquals(2, symbols.count());
    assertEquals("main", symbols.of(0x8020_0000L));
    assertEquals("main+0x1e", symbols.of(0x8020_001eL));
    assertEquals("", symbols.of(0x8020_0020L));
    assertEquals("fib+0x4", symbols.of(0x8020_0044L));
    assertEquals("", symbols.of(0x801f_fffeL));
    assertEquals("", symbols.of(0x8020_0100L));
  }

  @Test
  void shouldNameAddressesUpToTheNextSymbolWhenTheFileIsText() {
    symbols.addFile(
        """
        ffffffff80000000 T _start
        ffffffff80001000 t do_idle
        ffffffff80001000 t alias
        ffffffff80001800 D data
        0000000000000000 A absolute
        not a line
        """
            .getBytes(US_ASCII));
    assertEquals(2, symbols.count());
    assertEquals("_start+0xffe", symbols.of(0xffff_ffff_8000_0ffeL));
    assertEquals("do_idle+0x2", symbols.of(0xffff_ffff_8000_1002L));
    assertEquals("", symbols.of(0xffff_ffff_9000_0000L), "too far away");
    assertEquals("", symbols.of(0x1000), "of a process");
  }

  @Test
  void shouldHaveNoSymbolsOrSomeWhenAFileIsDamaged() {
    SplittableRandom random = new SplittableRandom(SEED);
    byte[] whole = elf();
    for (int i = 0; i < 20_000; i++) {
      byte[] damaged = Arrays.copyOf(whole, random.nextInt(whole.length + 1));
      for (int n = random.nextInt(6); n > 0 && damaged.length > 4; n--) {
        damaged[4 + random.nextInt(damaged.length - 4)] = (byte) random.nextInt();
      }
      GuestSymbols some = new GuestSymbols();
      some.addFile(damaged);
      assertTrue(some.count() <= SYMBOLS + 1, () -> "seed " + SEED);
      some.of(random.nextLong());
    }
  }
}

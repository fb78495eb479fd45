package dev.vls.drivers.console;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StreamBufferTest {
  @Test
  void shouldHoldWhatAnArrayHolds() {
    SplittableRandom random = new SplittableRandom(7);
    byte[] all = new byte[1 << 20];
    random.nextBytes(all);
    long start = (1L << 40) - 5000;
    StreamBuffer buffer = new StreamBuffer(start);
    int end = 0;
    int base = 0;
    while (end < all.length - 20_000) {
      int count = random.nextInt(20_000);
      buffer.append(all, end, count);
      end += count;
      int drop = random.nextInt(end - base + 1);
      base += drop;
      buffer.trim(start + base);
      int from = base + random.nextInt(end - base + 1);
      int most = random.nextInt(30_000);
      assertArrayEquals(
          Arrays.copyOfRange(all, from, Math.min(end, from + most)),
          buffer.copy(start + from, most));
      assertEquals(end - base, buffer.size());
    }
    buffer.keep(10);
    assertEquals(10, buffer.size());
    assertThrows(IllegalArgumentException.class, () -> buffer.copy(buffer.base() - 1, 1));
  }
}

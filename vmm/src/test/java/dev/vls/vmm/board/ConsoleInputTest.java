package dev.vls.vmm.board;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vls.vmm.memory.GuestMemory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConsoleInputTest {
  private final GuestMemory memory = new GuestMemory(4096, 1);
  private final ConsoleInput input = new ConsoleInput(memory);
  private final Typist typist = new Typist(memory, input);

  @Test
  void shouldGiveBytesInOrderWhenTheyWereCommitted() {
    typist.type("ab\377");
    assertEquals(3, input.available());
    assertEquals('a', input.take());
    assertEquals('b', input.take());
    assertEquals(0xff, input.take());
    assertEquals(-1, input.take());
  }

  @Test
  void shouldKeepEveryByteWhenTheRingWrapsManyTimes() {
    byte[] piece = new byte[1500];
    byte[] read = new byte[1500];
    int next = 0;
    for (int round = 0; round < 20; round++) {
      for (int i = 0; i < piece.length; i++) {
        piece[i] = (byte) (next + i);
      }
      typist.type(piece);
      assertEquals(700, input.take(read, 0, 700));
      assertEquals(800, input.take(read, 700, 2000));
      for (int i = 0; i < piece.length; i++) {
        assertEquals((byte) (next + i), read[i]);
      }
      next += piece.length;
    }
  }

  @Test
  void shouldTakeAFullRingWhenNothingWasRead() {
    typist.type(new byte[ConsoleInputLayout.RING_BYTES]);
    assertEquals(ConsoleInputLayout.RING_BYTES, input.available());
    assertEquals(0, input.rejected());
  }

  @Test
  void shouldIgnoreAndCountWhenMoreThanARingIsClaimed() {
    typist.type("x");
    typist.claim(ConsoleInputLayout.RING_BYTES + 1);
    typist.claim(-1);
    typist.claim(Integer.MIN_VALUE);
    assertEquals(1, input.available());
    assertEquals(3, input.rejected());
    assertEquals('x', input.take());
    typist.claim(0);
    assertEquals(0, input.available());
    assertEquals(4, input.rejected());
  }

  @Test
  void shouldIgnoreWhenBytesAreTakenBack() {
    typist.type("abc");
    typist.claim(1);
    assertEquals(3, input.available());
    assertEquals(1, input.rejected());
  }

  @Test
  void shouldTellFreeRoomWhenTheGuestReads() {
    List<Integer> told = new ArrayList<>();
    input.onConsumed(told::add);
    typist.type("abc");
    input.take();
    input.take(new byte[8], 0, 8);
    assertEquals(List.of(1, 3), told);
    assertEquals(3, input.consumed());
  }
}

package dev.vls.vmm.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.vls.vmm.StateWords;
import dev.vls.vmm.memory.AccessFaultException;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BoardFuzzTest {
  private static final long SEED = Long.getLong("vls.seed", 20250204L);
  private static final int ACCESSES = 300_000;
  private static final long[][] WINDOWS = {
    {BoardLayout.UART_BASE, 8},
    {BoardLayout.UART_BASE, BoardLayout.UART_BYTES},
    {BoardLayout.PLIC_BASE, 0x180},
    {BoardLayout.PLIC_BASE + 0x1000, 0x10},
    {BoardLayout.PLIC_BASE + 0x2000, 0x200},
    {BoardLayout.PLIC_BASE + 0x20_0000, 0x3000},
    {BoardLayout.PLIC_BASE, BoardLayout.PLIC_BYTES},
    {BoardLayout.ACLINT_BASE, 0x10},
    {BoardLayout.ACLINT_BASE + 0x4000, 0x20},
    {BoardLayout.ACLINT_BASE, BoardLayout.ACLINT_BYTES},
    {BoardLayout.FINISHER_BASE, BoardLayout.FINISHER_BYTES}
  };

  private int faults;

  @Test
  void shouldOnlyEverFaultWhenAccessesAreGarbageAndBeAFunctionOfThem() {
    BoardFixture first = run();
    int firstFaults = faults;
    BoardFixture second = run();
    assertEquals(firstFaults, faults);
    assertTrue(faults > ACCESSES / 100 && faults < ACCESSES, "faults " + faults);
    assertEquals(StateWords.of(first.board), StateWords.of(second.board));
    assertEquals(first.world.text(), second.world.text());
    for (int hart = 0; hart < 2; hart++) {
      assertEquals(StateWords.of(first.harts.get(hart)), StateWords.of(second.harts.get(hart)));
    }
  }

  private BoardFixture run() {
    faults = 0;
    SplittableRandom random = new SplittableRandom(SEED);
    BoardFixture machine = new BoardFixture(2, Optional.empty());
    for (int i = 0; i < ACCESSES; i++) {
      try {
        access(machine, random);
      } catch (AccessFaultException e) {
        faults++;
      } catch (RuntimeException e) {
        fail("seed " + SEED + ", access " + i, e);
      }
    }
    return machine;
  }

  private static void access(BoardFixture machine, SplittableRandom random)
      throws AccessFaultException {
    long[] window = WINDOWS[random.nextInt(WINDOWS.length)];
    long address = window[0] + random.nextLong(window[1]);
    int bytes = 1 << random.nextInt(4);
    if (random.nextBoolean()) {
      address &= -bytes;
    }
    long value = random.nextBoolean() ? random.nextLong() : random.nextInt(256);
    switch (random.nextInt(8)) {
      case 0, 1, 2 -> {
        long read = machine.bus.read(address, bytes);
        assertTrue(bytes == 8 || read >>> 8 * bytes == 0, "zero-extended");
      }
      case 3 -> machine.board.interrupt(1 + random.nextInt(95), random.nextBoolean());
      case 4 -> machine.typist.claim((int) value);
      case 5 -> {
        machine.harts.getFirst().instret(machine.harts.getFirst().instret() + (value & 0xfff));
        assertTrue(machine.board.timerDeadline() >= 0);
        machine.board.refresh();
      }
      default -> machine.bus.write(address, bytes, value);
    }
  }
}

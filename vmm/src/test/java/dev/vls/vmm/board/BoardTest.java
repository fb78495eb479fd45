package dev.vls.vmm.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.StateWords;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.hart.Interrupt;
import dev.vls.vmm.memory.AccessFaultException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BoardTest {
  private static final long CLAIM = BoardLayout.PLIC_BASE + 0x20_1004;

  private final BoardFixture machine = new BoardFixture(1, Optional.empty());
  private final Hart hart = machine.harts.getFirst();

  private void enableTheUart() throws AccessFaultException {
    machine.bus.write(BoardLayout.PLIC_BASE + 40, 4, 1);
    machine.bus.write(BoardLayout.PLIC_BASE + 0x2080, 4, 1 << BoardLayout.UART_IRQ);
    machine.bus.write(BoardLayout.UART_BASE + UartLayout.IER, 1, UartLayout.IER_RDI);
  }

  private boolean pending(int interrupt) {
    return (hart.csrs().read(BoardFixture.MIP) >>> interrupt & 1) != 0;
  }

  @Test
  void shouldInterruptTheHartWhenAByteIsTypedUntilItIsRead() throws Exception {
    enableTheUart();
    assertFalse(pending(Interrupt.SEI));
    machine.typist.type("q");
    assertTrue(pending(Interrupt.SEI));
    assertFalse(pending(Interrupt.MEI));
    assertEquals(BoardLayout.UART_IRQ, machine.bus.read(CLAIM, 4));
    assertFalse(pending(Interrupt.SEI));
    assertEquals('q', machine.bus.read(BoardLayout.UART_BASE, 1));
    machine.bus.write(CLAIM, 4, BoardLayout.UART_IRQ);
    assertFalse(pending(Interrupt.SEI));
  }

  @Test
  void shouldRaiseMtiAtTheDeadlineWhenTheTimerIsSet() throws Exception {
    hart.takeYield();
    machine.bus.write(BoardLayout.ACLINT_BASE + 0x4000, 8, 1_000);
    assertTrue(hart.takeYield(), "the budget was computed from another deadline");
    hart.instret(machine.board.timerDeadline() - 1);
    machine.board.refresh();
    assertFalse(pending(Interrupt.MTI));
    hart.instret(hart.instret() + 1);
    machine.board.refresh();
    assertTrue(pending(Interrupt.MTI));
    machine.bus.write(BoardLayout.ACLINT_BASE, 4, 1);
    assertTrue(pending(Interrupt.MSI));
  }

  @Test
  void shouldYieldWhenTheFinisherEndsTheMachine() throws Exception {
    hart.takeYield();
    machine.bus.write(BoardLayout.FINISHER_BASE, 4, 0x5555);
    assertEquals(List.of("off 0"), machine.world.power);
    assertTrue(hart.takeYield());
  }

  @Test
  void shouldSaveEveryChangeThatCanInfluenceTheGuest() throws Exception {
    List<Long> state = StateWords.of(machine.board);
    long[][] writes = {
      {BoardLayout.UART_BASE + UartLayout.SCR, 1, 9},
      {BoardLayout.UART_BASE + UartLayout.LCR, 1, 0x80},
      {BoardLayout.UART_BASE, 1, 0x77},
      {BoardLayout.UART_BASE + UartLayout.MCR, 1, 0x10},
      {BoardLayout.UART_BASE + UartLayout.IIR, 1, 1},
      {BoardLayout.PLIC_BASE + 4, 4, 3},
      {BoardLayout.PLIC_BASE + 0x2000, 4, 2},
      {BoardLayout.PLIC_BASE + 0x20_0000, 4, 2},
      {BoardLayout.ACLINT_BASE, 4, 1},
      {BoardLayout.ACLINT_BASE + 0x4000, 4, 1}
    };
    for (long[] write : writes) {
      machine.bus.write(write[0], (int) write[1], write[2]);
      List<Long> next = StateWords.of(machine.board);
      assertNotEquals(state, next, () -> "register 0x" + Long.toHexString(write[0]));
      state = next;
    }
    machine.typist.type("x");
    assertNotEquals(state, StateWords.of(machine.board));
    state = StateWords.of(machine.board);
    machine.board.interrupt(7, true);
    assertNotEquals(state, StateWords.of(machine.board));
  }

  @Test
  void shouldEqualAFreshBoardWhenReset() throws Exception {
    List<Long> fresh = StateWords.of(machine.board);
    enableTheUart();
    machine.bus.write(BoardLayout.ACLINT_BASE + 0x4000, 8, 1);
    machine.board.reset();
    assertEquals(fresh, StateWords.of(machine.board));
  }
}

package dev.vls.vmm.engine;

import static dev.vls.vmm.isa.Asm.*;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vls.vmm.Position;
import dev.vls.vmm.hart.Interrupt;
import org.junit.jupiter.api.Test;

/**
 * The compare register: STIP at an exact instruction, and YIELD whenever the deadline moves. One
 * tick is one instruction.
 */
class TimerTest {
  private static final int STIMECMP = 0x14d;

  private static TestMachine machine(int... code) {
    TestMachine machine = TestMachine.supervisor().code(code).csr(0x105, TestMachine.HANDLER);
    return machine.csr(0x104, 1L << Interrupt.STI).csr(0x100, 2);
  }

  @Test
  void shouldYieldAfterRetiringWhenTheGuestSetsTheTimer() {
    TestMachine machine = machine(csrrw(0, STIMECMP, A1), nop());
    machine.hart.x(A1, 1000);
    assertEquals(Stop.YIELD, machine.engine.run(machine.hart, 10));
    assertEquals(new Position(1, 0), machine.hart.position());
    assertEquals(1000, machine.hart.timerDeadline());
  }

  @Test
  void shouldInterruptAtTheDeadlineWhenTheBudgetReachesBeyondIt() {
    TestMachine machine = machine(addi(A0, A0, 1), jal(0, -4));
    machine.hart.stimecmp(101);
    assertEquals(Stop.BUDGET, machine.engine.run(machine.hart, 102));
    assertEquals(new Position(101, 1), machine.hart.position());
    assertEquals(51, machine.hart.x(A0));
    assertEquals(1L << 63 | Interrupt.STI, machine.csr(0x142));
    assertEquals(Long.MAX_VALUE, machine.hart.timerDeadline());
  }

  @Test
  void shouldInterruptAtOnceWhenTheCompareValueIsPast() {
    TestMachine machine = machine(nop(), csrrw(0, STIMECMP, 0), nop());
    machine.run(3);
    assertEquals(TestMachine.CODE + 8, machine.csr(0x141));
    assertEquals(new Position(2, 1), machine.hart.position());
  }

  @Test
  void shouldReadTimeAsOfItsOwnInstructionWhenRdtimeRuns() {
    TestMachine machine =
        machine(nop(), csrrs(A0, 0xc01, 0), csrrs(A1, 0xc02, 0), csrrs(A2, 0xc00, 0));
    machine.run(4);
    assertEquals(1, machine.hart.x(A0));
    assertEquals(2, machine.hart.x(A1));
    assertEquals(3, machine.hart.x(A2));
  }

  @Test
  void shouldWakeFromWaitingWhenTheDeadlineIsReached() {
    TestMachine machine = machine(csrrci(0, 0x100, 2), wfi());
    machine.hart.stimecmp(50);
    assertEquals(Stop.WAIT, machine.engine.run(machine.hart, 10));
    machine.time.jump(50, machine.hart.instret());
    machine.hart.refreshTimer();
    assertEquals(true, machine.hart.wakeable());
  }

  @Test
  void shouldCountFromTheWrittenValueWhenFirmwareWritesMinstret() {
    TestMachine machine =
        TestMachine.machine()
            .code(
                addi(A1, 0, 100),
                csrrw(0, 0xb02, A1),
                csrrs(A0, 0xb02, 0),
                csrrwi(0, 0x320, 4),
                nop(),
                csrrs(A2, 0xb02, 0),
                csrrwi(0, 0x320, 0),
                csrrs(A3, 0xb02, 0));
    machine.run(8);
    assertEquals(100, machine.hart.x(A0));
    assertEquals(102, machine.hart.x(A2));
    assertEquals(102, machine.hart.x(A3));
    assertEquals(8, machine.hart.instret());
  }
}

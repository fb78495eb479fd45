package dev.vls.vmm.engine;

import static dev.vls.vmm.isa.Asm.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.Position;
import dev.vls.vmm.hart.Cause;
import dev.vls.vmm.hart.Interrupt;
import dev.vls.vmm.hart.Privilege;
import org.junit.jupiter.api.Test;

/** Exceptions, interrupts, returns and what counts as a step. */
class TrapTest {
  private static final int SSTATUS = 0x100;
  private static final int SIE = 0x104;
  private static final int STVEC = 0x105;
  private static final int SEPC = 0x141;
  private static final int SCAUSE = 0x142;
  private static final int STVAL = 0x143;
  private static final int MSTATUS = 0x300;
  private static final int MEDELEG = 0x302;
  private static final int MIE = 0x304;
  private static final int MTVEC = 0x305;
  private static final int MEPC = 0x341;
  private static final int MCAUSE = 0x342;
  private static final int MTVAL = 0x343;
  private static final long INTERRUPT = 1L << 63;

  private static TestMachine supervisor(int... code) {
    return TestMachine.supervisor().code(code).csr(STVEC, TestMachine.HANDLER);
  }

  private static TestMachine machine(int... code) {
    return TestMachine.machine().code(code).csr(MTVEC, TestMachine.HANDLER);
  }

  @Test
  void shouldStopWithThePcOnTheCallWhenSupervisorCallsTheVmm() {
    TestMachine machine = supervisor(addi(A0, 0, 1), ecall(), addi(A0, A0, 1));
    assertEquals(Stop.ECALL, machine.engine.run(machine.hart, 100));
    assertEquals(TestMachine.CODE + 4, machine.hart.pc());
    assertEquals(new Position(1, 1), machine.hart.position());
    machine.hart.pc(machine.hart.pc() + 4);
    assertEquals(Stop.BUDGET, machine.engine.run(machine.hart, 1));
    assertEquals(2, machine.hart.x(A0));
  }

  @Test
  void shouldGoToSupervisorWhenUserCalls() {
    TestMachine machine = supervisor(sret(), nop());
    machine.put(TestMachine.RAM, ecall()).csr(SEPC, TestMachine.RAM);
    machine.run(1);
    assertEquals(Privilege.USER, machine.hart.privilege());
    machine.run(1);
    assertEquals(Privilege.SUPERVISOR, machine.hart.privilege());
    assertEquals(Cause.ECALL_FROM_USER, machine.csr(SCAUSE));
    assertEquals(TestMachine.RAM, machine.csr(SEPC));
    assertEquals(0, machine.csr(STVAL));
    assertEquals(TestMachine.HANDLER, machine.hart.pc());
    assertEquals(new Position(1, 1), machine.hart.position());
  }

  @Test
  void shouldGiveTheEncodingWhenAnInstructionIsIllegal() {
    int[] illegal = {0xffff_ffff, 0x0000_0000, 0x0000_8000, 0x3020_0073, csrrw(0, 0x7c0, 0)};
    for (int encoding : illegal) {
      TestMachine machine = supervisor(encoding);
      machine.run(1);
      assertEquals(Cause.ILLEGAL, machine.csr(SCAUSE));
      boolean wide = (encoding & 3) == 3;
      assertEquals(wide ? encoding & 0xffff_ffffL : encoding & 0xffffL, machine.csr(STVAL));
      assertEquals(new Position(0, 1), machine.hart.position());
    }
  }

  @Test
  void shouldNameTheAddressWhenAnAccessMeetsNothing() {
    TestMachine load = supervisor(ld(A0, A1, 8));
    load.hart.x(A0, 5);
    load.hart.x(A1, 0x2000);
    load.run(1);
    assertEquals(Cause.LOAD_ACCESS, load.csr(SCAUSE));
    assertEquals(0x2008, load.csr(STVAL));
    assertEquals(5, load.hart.x(A0));
    TestMachine fetch = supervisor(jalr(0, A1, 0));
    fetch.hart.x(A1, 0x2000);
    fetch.run(2);
    assertEquals(Cause.FETCH_ACCESS, fetch.csr(SCAUSE));
    assertEquals(0x2000, fetch.csr(SEPC));
    assertEquals(new Position(1, 1), fetch.hart.position());
  }

  @Test
  void shouldStoreNothingWhenThePartBehindTheEndOfMemoryFaults() {
    TestMachine machine = supervisor(sd(A0, A1, 0));
    long end = TestMachine.RAM + (4 << 20);
    machine.hart.x(A0, -1);
    machine.hart.x(A1, end - 3);
    machine.run(1);
    assertEquals(Cause.STORE_ACCESS, machine.csr(SCAUSE));
    assertEquals(end, machine.csr(STVAL));
    assertEquals(0, machine.get64(end - 8));
  }

  @Test
  void shouldDelegateAndReturnWhenFirmwareSaysSo() {
    TestMachine machine = machine(mret());
    machine.put(TestMachine.RAM, ebreak()).csr(MEPC, TestMachine.RAM);
    machine.csr(MSTATUS, 1L << 11 | 1L << 7 | 1L << 1).csr(MEDELEG, 1L << Cause.BREAKPOINT);
    machine.csr(STVEC, TestMachine.HANDLER + 0x100);
    machine.run(1);
    assertEquals(Privilege.SUPERVISOR, machine.hart.privilege());
    assertEquals(1L << 3 | 1L << 7 | 1L << 1, machine.csr(MSTATUS) & 0x1aaa);
    machine.run(1);
    assertEquals(TestMachine.HANDLER + 0x100, machine.hart.pc());
    assertEquals(Cause.BREAKPOINT, machine.csr(SCAUSE));
    assertEquals(1L << 8 | 1L << 5, machine.csr(SSTATUS) & 0x122);
    assertEquals(0, machine.csr(MCAUSE));
  }

  @Test
  void shouldGoToMachineWhenNothingIsDelegated() {
    TestMachine machine = machine(mret());
    machine.put(TestMachine.RAM, ecall()).csr(MEPC, TestMachine.RAM).csr(MSTATUS, 1L << 11);
    machine.run(2);
    assertEquals(Privilege.MACHINE, machine.hart.privilege());
    assertEquals(Cause.ECALL_FROM_USER + 1, machine.csr(MCAUSE));
    assertEquals(TestMachine.RAM, machine.csr(MEPC));
    assertEquals(0, machine.csr(MTVAL));
    assertEquals(1L << 11, machine.csr(MSTATUS) & 3L << 11);
  }

  @Test
  void shouldTakeInterruptsByPriorityWhenSeveralArePending() {
    int[] order = {
      Interrupt.MEI, Interrupt.MSI, Interrupt.MTI, Interrupt.SEI, Interrupt.SSI, Interrupt.UPCALL
    };
    for (int first = 0; first < order.length - 1; first++) {
      TestMachine machine = machine(nop());
      machine.csr(MIE, -1).csr(MSTATUS, 8);
      for (int i = first; i < order.length; i++) {
        if (order[i] == Interrupt.SSI) {
          machine.hart.softwareInterrupt(true);
        } else {
          machine.hart.line(order[i], true);
        }
      }
      machine.run(1);
      assertEquals(INTERRUPT | order[first], machine.csr(MCAUSE));
      assertEquals(TestMachine.CODE, machine.csr(MEPC));
      assertEquals(new Position(0, 1), machine.hart.position());
    }
  }

  @Test
  void shouldVectorInterruptsOnlyWhenTvecSaysSo() {
    TestMachine machine = supervisor(csrrsi(0, SSTATUS, 2), ebreak());
    machine.csr(STVEC, TestMachine.HANDLER | 1).csr(SIE, -1);
    machine.hart.line(Interrupt.SEI, true);
    machine.run(2);
    assertEquals(TestMachine.HANDLER + 4 * Interrupt.SEI, machine.hart.pc());
    assertEquals(INTERRUPT | Interrupt.SEI, machine.csr(SCAUSE));
    TestMachine exception = supervisor(ebreak());
    exception.csr(STVEC, TestMachine.HANDLER | 1);
    exception.run(1);
    assertEquals(TestMachine.HANDLER, exception.hart.pc());
  }

  @Test
  void shouldInterruptBeforeTheNextInstructionWhenACsrWriteEnables() {
    TestMachine machine =
        supervisor(addi(A0, 0, 2), csrrw(0, SIE, A1), csrrsi(0, SSTATUS, 2), nop());
    machine.hart.x(A1, 1L << Interrupt.UPCALL);
    machine.hart.line(Interrupt.UPCALL, true);
    machine.run(4);
    assertEquals(TestMachine.HANDLER, machine.hart.pc());
    assertEquals(TestMachine.CODE + 12, machine.csr(SEPC));
    assertEquals(new Position(3, 1), machine.hart.position());
  }

  @Test
  void shouldNotInterruptSupervisorWhenDisabledButUserAlways() {
    TestMachine machine = supervisor(nop(), sret());
    machine.csr(SIE, -1).csr(SEPC, TestMachine.RAM);
    machine.hart.line(Interrupt.SEI, true);
    machine.run(2);
    assertEquals(Privilege.USER, machine.hart.privilege());
    machine.run(1);
    assertEquals(TestMachine.RAM, machine.csr(SEPC));
    assertEquals(new Position(2, 1), machine.hart.position());
  }

  @Test
  void shouldWaitOnlyWhenNothingEnabledIsPending() {
    TestMachine machine = supervisor(wfi(), wfi());
    assertEquals(Stop.WAIT, machine.engine.run(machine.hart, 10));
    assertTrue(machine.hart.waiting());
    assertEquals(new Position(1, 0), machine.hart.position());
    machine.hart.waiting(false);
    machine.csr(SIE, 1L << Interrupt.SSI);
    machine.hart.softwareInterrupt(true);
    assertTrue(machine.hart.wakeable());
    assertEquals(Stop.BUDGET, machine.engine.run(machine.hart, 1));
    assertFalse(machine.hart.waiting());
    assertEquals(new Position(2, 0), machine.hart.position());
  }

  @Test
  void shouldBeIllegalWhenModeOrStatusForbidsSystemInstructions() {
    int[] inUser = {wfi(), sret(), mret(), sfenceVma(), csrrs(0, SSTATUS, 0)};
    for (int encoding : inUser) {
      TestMachine machine = supervisor(sret());
      machine.put(TestMachine.RAM, encoding).csr(SEPC, TestMachine.RAM);
      machine.run(2);
      assertEquals(Cause.ILLEGAL, machine.csr(SCAUSE));
    }
    int[] trapped = {wfi(), sret(), sfenceVma(), csrrs(0, 0x180, 0)};
    for (int encoding : trapped) {
      TestMachine machine = machine(mret());
      machine.put(TestMachine.RAM, encoding).csr(MEPC, TestMachine.RAM);
      machine.csr(MSTATUS, 1L << 11 | 7L << 20);
      machine.run(2);
      assertEquals(Cause.ILLEGAL, machine.csr(MCAUSE));
    }
  }

  @Test
  void shouldClearMprvWhenReturningToALesserMode() {
    TestMachine machine = machine(mret());
    machine.csr(MSTATUS, 1L << 17 | 1L << 11).csr(MEPC, TestMachine.RAM);
    machine.run(1);
    assertEquals(0, machine.csr(MSTATUS) & 1L << 17);
  }
}

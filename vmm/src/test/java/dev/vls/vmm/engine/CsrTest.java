package dev.vls.vmm.engine;

import static dev.vls.vmm.isa.Asm.*;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vls.vmm.hart.Cause;
import dev.vls.vmm.hart.Csr;
import dev.vls.vmm.hart.CsrFile;
import dev.vls.vmm.hart.Interrupt;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Who may access which CSR, and what WARL fields make of bad values. */
class CsrTest {
  private static final int MTVEC = 0x305;
  private static final int MCAUSE = 0x342;
  private static final int MEPC = 0x341;
  private static final int MSTATUS = 0x300;

  private static boolean legal(TestMachine machine, int encoding, int mode) {
    long entry = TestMachine.RAM + 0x3_0000;
    machine.code(mret()).put(entry, encoding).csr(MTVEC, TestMachine.HANDLER).csr(MEPC, entry);
    machine.csr(MSTATUS, (long) mode << 11 | 3L << 13);
    machine.hart.pc(TestMachine.CODE);
    long before = machine.hart.traps();
    machine.run(2);
    if (machine.hart.traps() != before) {
      assertEquals(Cause.ILLEGAL, machine.csr(MCAUSE));
      return false;
    }
    return true;
  }

  @Test
  void shouldExistExactlyAsListedWhenMachineModeReadsAllNumbers() {
    Set<Integer> known = CsrFile.known().stream().map(Csr::number).collect(Collectors.toSet());
    for (int csr = 0; csr < 4096; csr++) {
      TestMachine machine = TestMachine.machine().csr(0x30a, 1L << 63);
      assertEquals(
          known.contains(csr), legal(machine, csrrs(A0, csr, 0), 3), Integer.toHexString(csr));
    }
  }

  @Test
  void shouldBeIllegalWhenPrivilegeIsTooLowOrTheCsrIsReadOnly() {
    for (Csr csr : CsrFile.known()) {
      int number = csr.number();
      int needed = number >>> 8 & 3;
      for (int mode : new int[] {0, 1, 3}) {
        boolean readable = mode >= needed;
        assertEquals(readable, legal(open(), csrrs(A0, number, 0), mode), csr + " in " + mode);
        boolean writable = readable && number >>> 10 != 3;
        int rewrite = csrrsi(A0, number, 1);
        assertEquals(writable, legal(open(), rewrite, mode), csr + " in " + mode);
      }
    }
  }

  /** Returns a machine whose firmware has enabled all that it can enable for lesser modes. */
  private static TestMachine open() {
    return TestMachine.machine().csr(0x30a, 1L << 63).csr(0x306, -1).csr(0x106, -1);
  }

  @Test
  void shouldGuardCountersWhenTheyAreNotEnabled() {
    for (int counter = 0; counter < 3; counter++) {
      int read = csrrs(A0, 0xc00 + counter, 0);
      long enable = 1L << counter;
      assertEquals(false, legal(TestMachine.machine(), read, 1));
      assertEquals(true, legal(TestMachine.machine().csr(0x306, enable), read, 1));
      assertEquals(false, legal(TestMachine.machine().csr(0x306, enable), read, 0));
      assertEquals(
          true, legal(TestMachine.machine().csr(0x306, enable).csr(0x106, enable), read, 0));
    }
    int read = csrrs(A0, 0x14d, 0);
    assertEquals(false, legal(TestMachine.machine().csr(0x306, -1), read, 1));
    assertEquals(true, legal(open(), read, 1));
  }

  @Test
  void shouldKeepLegalValuesWhenBadOnesAreWritten() {
    TestMachine machine = TestMachine.machine();
    long status = machine.csr(MSTATUS, 3L << 11).csr(MSTATUS);
    assertEquals(3L << 11, machine.csr(MSTATUS, 2L << 11).csr(MSTATUS) & 3L << 11);
    assertEquals(2L << 34 | 2L << 32, status & 15L << 32);
    assertEquals(-4L | 1, machine.csr(MTVEC, -1).csr(MTVEC));
    assertEquals(-2L, machine.csr(MEPC, -1).csr(MEPC));
    assertEquals(0xb3ff, machine.csr(0x302, -1).csr(0x302));
    assertEquals(0x100_0222, machine.csr(0x303, -1).csr(0x303));
    assertEquals(0x100_0000, machine.csr(0x303, 0).csr(0x303));
    assertEquals(0x100_0aaa, machine.csr(0x304, -1).csr(0x304));
    assertEquals(5, machine.csr(0x320, -1).csr(0x320));
    assertEquals(0, machine.csr(0x3a0, -1).csr(0x3a0));
    assertEquals(1L << 63 | 1L << 61 | 1, machine.csr(0x30a, -1).csr(0x30a));
    assertEquals(0x8000_0000_0014_112dL, machine.csr(0x301, 0).csr(0x301));
  }

  @Test
  void shouldShowDelegatedBitsOnlyWhenSupervisorReadsItsView() {
    TestMachine machine = TestMachine.machine().csr(0x304, -1).csr(0x303, 1L << Interrupt.SSI);
    machine.hart.line(Interrupt.SEI, true);
    machine.hart.line(Interrupt.UPCALL, true);
    machine.hart.softwareInterrupt(true);
    assertEquals(0x100_0202, machine.csr(0x344));
    assertEquals(0x100_0002, machine.csr(0x144));
    assertEquals(0x100_0002, machine.csr(0x104));
    machine.csr(0x144, 0);
    assertEquals(0x100_0200, machine.csr(0x344));
  }

  @Test
  void shouldNotLatchTheExternalLineWhenMipIsUpdated() {
    TestMachine machine = TestMachine.machine().code(csrrsi(A0, 0x344, 2));
    machine.hart.line(Interrupt.SEI, true);
    machine.run(1);
    assertEquals(1L << Interrupt.SEI, machine.hart.x(A0));
    machine.hart.line(Interrupt.SEI, false);
    assertEquals(2, machine.csr(0x344));
  }

  @Test
  void shouldTrapFloatsWhenTheyAreOffAndDirtyThemWhenTheyRun() {
    TestMachine machine =
        TestMachine.machine().code(0x0200_7053, csrrs(A0, 0x003, 0)); // fadd.d f0, f0, f0
    machine.csr(MTVEC, TestMachine.HANDLER);
    machine.run(1);
    assertEquals(Cause.ILLEGAL, machine.csr(MCAUSE));
    machine.hart.pc(TestMachine.CODE);
    machine.csr(MSTATUS, 1L << 13);
    machine.run(2);
    assertEquals(1L << 63 | 3L << 13, machine.csr(MSTATUS) & (1L << 63 | 3L << 13));
    machine.csr(0x002, 5);
    machine.hart.pc(TestMachine.CODE);
    machine.run(1);
    assertEquals(TestMachine.HANDLER, machine.hart.pc());
  }
}

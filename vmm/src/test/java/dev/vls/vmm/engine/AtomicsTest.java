package dev.vls.vmm.engine;

import static dev.vls.vmm.isa.Asm.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.vls.vmm.hart.Cause;
import org.junit.jupiter.api.Test;

/** LR, SC, AMO: pairing, faults, word forms. */
class AtomicsTest {
  private static final int LR = 2;
  private static final int SC = 3;
  private static final long CELL = TestMachine.RAM + 0x3_0000;

  private static TestMachine machine(int... code) {
    TestMachine machine = TestMachine.supervisor().code(code);
    machine.csr(0x105, TestMachine.HANDLER);
    machine.hart.x(A1, CELL);
    machine.hart.x(A2, 77);
    return machine;
  }

  @Test
  void shouldSucceedOnceWhenStoreConditionalFollowsItsLoad() {
    TestMachine machine =
        machine(amo(LR, 8, A0, A1, 0), amo(SC, 8, A3, A1, A2), amo(SC, 8, T0, A1, A1));
    machine.run(3);
    assertEquals(0, machine.hart.x(A3));
    assertEquals(1, machine.hart.x(T0));
    assertEquals(77, machine.get64(CELL));
  }

  @Test
  void shouldFailWhenWidthOrAddressDiffers() {
    TestMachine width = machine(amo(LR, 8, A0, A1, 0), amo(SC, 4, A3, A1, A2));
    width.run(2);
    assertEquals(1, width.hart.x(A3));
    TestMachine address = machine(amo(LR, 8, A0, A1, 0), addi(A1, A1, 8), amo(SC, 8, A3, A1, A2));
    address.run(3);
    assertEquals(1, address.hart.x(A3));
  }

  @Test
  void shouldKeepTheReservationWhenTheHartItselfStores() {
    TestMachine machine = machine(amo(LR, 8, A0, A1, 0), sd(A1, A1, 0), amo(SC, 8, A3, A1, A2));
    machine.run(3);
    assertEquals(0, machine.hart.x(A3));
  }

  @Test
  void shouldLoseTheReservationWhenSomebodyElseStoresToTheFrame() {
    TestMachine machine = machine(amo(LR, 8, A0, A1, 0), amo(SC, 8, A3, A1, A2));
    machine.run(1);
    machine.put64(CELL + 128, 1);
    machine.run(1);
    assertEquals(1, machine.hart.x(A3));
  }

  @Test
  void shouldTrapWhenAddressesAreMisaligned() {
    int[] operations = {LR, SC, 0};
    int[] causes = {Cause.LOAD_MISALIGNED, Cause.STORE_MISALIGNED, Cause.STORE_MISALIGNED};
    for (int i = 0; i < operations.length; i++) {
      TestMachine machine = machine(amo(operations[i], 4, A0, A1, 0));
      machine.hart.x(A1, CELL + 2);
      machine.run(1);
      assertEquals(causes[i], machine.csr(0x142));
      assertEquals(CELL + 2, machine.csr(0x143));
      assertEquals(TestMachine.HANDLER, machine.hart.pc());
    }
  }

  @Test
  void shouldTrapWhenNoMemoryIsThere() {
    TestMachine machine = machine(amo(0, 4, A0, A1, 0));
    machine.hart.x(A1, 0x1000);
    machine.run(1);
    assertEquals(Cause.STORE_ACCESS, machine.csr(0x142));
  }

  @Test
  void shouldCompareAsWordsWhenFormsAreWords() {
    long[][] cases = {
      // funct5, memory, operand, expected memory word
      {0x10, 0x8000_0000L, 1, 0x8000_0000L}, // min: signed
      {0x14, 0x8000_0000L, 1, 1}, // max
      {0x18, 0x8000_0000L, 1, 1}, // minu
      {0x1c, 0x8000_0000L, 1, 0x8000_0000L}, // maxu
      {0x1c, 1, 0x7_0000_0000L, 1}, // upper operand bits do not count
      {0x00, 0xffff_ffffL, 1, 0},
    };
    for (long[] c : cases) {
      TestMachine machine = machine(amo((int) c[0], 4, A0, A1, A2));
      machine.put64(CELL, c[1] | 0x5555_5555L << 32);
      machine.hart.x(A2, c[2]);
      machine.run(1);
      assertEquals(c[3] | 0x5555_5555L << 32, machine.get64(CELL));
      assertEquals(c[1] << 32 >> 32, machine.hart.x(A0));
    }
    assertNotEquals(0, cases.length);
  }
}

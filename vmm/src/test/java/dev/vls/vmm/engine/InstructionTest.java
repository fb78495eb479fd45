package dev.vls.vmm.engine;

import static dev.vls.vmm.isa.Asm.*;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Results at the edges of the integer instructions, by hand from the spec. */
class InstructionTest {
  private static final long MIN = Long.MIN_VALUE;

  private static long execute(int encoding, long a, long b) {
    TestMachine machine = TestMachine.supervisor().code(encoding);
    machine.hart.x(A1, a);
    machine.hart.x(A2, b);
    assertEquals(Stop.BUDGET, machine.run(1));
    assertEquals(1, machine.hart.instret());
    return machine.hart.x(A0);
  }

  private static long op(int funct3, int funct7, long a, long b) {
    return execute(r(0x33, funct3, funct7, A0, A1, A2), a, b);
  }

  private static long opWord(int funct3, int funct7, long a, long b) {
    return execute(r(0x3b, funct3, funct7, A0, A1, A2), a, b);
  }

  @Test
  void shouldFollowTheSpecWhenDivisionIsByZeroOrOverflows() {
    assertEquals(-1, op(4, 1, 7, 0));
    assertEquals(-1, op(5, 1, 7, 0));
    assertEquals(7, op(6, 1, 7, 0));
    assertEquals(-7, op(7, 1, -7, 0));
    assertEquals(MIN, op(4, 1, MIN, -1));
    assertEquals(0, op(6, 1, MIN, -1));
    assertEquals(-3, op(4, 1, 7, -2));
    assertEquals(1, op(6, 1, 7, -2));
    assertEquals(-1L >>> 1, op(5, 1, -1, 2));
  }

  @Test
  void shouldFollowTheSpecWhenWordDivisionIsByZeroOrOverflows() {
    assertEquals(-1, opWord(4, 1, 7, 1L << 32));
    assertEquals(-1, opWord(5, 1, 7, 0));
    assertEquals(0x8765_4321, opWord(6, 1, 0x1_8765_4321L, 0));
    assertEquals(0x8765_4321, opWord(7, 1, 0x1_8765_4321L, 0));
    assertEquals(Integer.MIN_VALUE, opWord(4, 1, Integer.MIN_VALUE, -1));
    assertEquals(0, opWord(6, 1, Integer.MIN_VALUE, -1));
    assertEquals(-1, opWord(5, 1, -1, 1));
  }

  @Test
  void shouldReturnTheUpperHalfWhenFactorsHaveSigns() {
    assertEquals(0, op(1, 1, -1, -1));
    assertEquals(-1, op(2, 1, -1, -1));
    assertEquals(-2, op(3, 1, -1, -1));
    assertEquals(MIN >> 1, op(2, 1, MIN, MIN));
    assertEquals(1L << 62, op(1, 1, MIN, MIN));
  }

  @Test
  void shouldUseLowBitsOnlyWhenShiftsAreLarge() {
    assertEquals(2, op(1, 0, 1, 65));
    assertEquals(1, op(5, 0, 2, 65));
    assertEquals(-1, op(5, 0x20, MIN, 127));
    assertEquals(2, opWord(1, 0, 1, 33));
    assertEquals(Integer.MIN_VALUE, opWord(1, 0, 1, 31));
    assertEquals(1, opWord(5, 0, 0x8000_0000L, 31));
    assertEquals(-1, opWord(5, 0x20, 0x8000_0000L, 31));
  }

  @Test
  void shouldSignExtendWhenWordResultsWrap() {
    assertEquals(Integer.MIN_VALUE, opWord(0, 0, Integer.MAX_VALUE, 1));
    assertEquals(Integer.MAX_VALUE, opWord(0, 0x20, Integer.MIN_VALUE, 1));
    assertEquals(Integer.MIN_VALUE, execute(addiw(A0, A1, -1), 0x8000_0001L, 0));
  }

  @Test
  void shouldKeepZeroWhenItIsTheDestination() {
    TestMachine machine =
        TestMachine.supervisor()
            .code(addi(0, 0, 5), lui(0, -4096), jal(0, 4), csrrs(0, 0xc00, 0), add(A0, 0, 0));
    machine.run(5);
    assertEquals(0, machine.hart.x(A0));
    assertEquals(0, machine.hart.x(0));
  }

  @Test
  void shouldReadTheTargetFirstWhenJumpLinksIntoItsSource() {
    TestMachine machine = TestMachine.supervisor().code(jalr(A1, A1, 3));
    machine.hart.x(A1, TestMachine.HANDLER);
    machine.run(1);
    assertEquals(TestMachine.HANDLER + 2, machine.hart.pc());
    assertEquals(TestMachine.CODE + 4, machine.hart.x(A1));
  }

  @Test
  void shouldComparePerSignednessWhenBranching() {
    int[] expectedTaken = {1, 4, 7}; // bne, blt, bgeu of -1 and 1
    for (int funct3 : new int[] {0, 1, 4, 5, 6, 7}) {
      TestMachine machine = TestMachine.supervisor().code(b(funct3, A1, A2, 64));
      machine.hart.x(A1, -1);
      machine.hart.x(A2, 1);
      machine.run(1);
      boolean taken = java.util.Arrays.stream(expectedTaken).anyMatch(f -> f == funct3);
      assertEquals(TestMachine.CODE + (taken ? 64 : 4), machine.hart.pc(), "funct3 " + funct3);
    }
  }

  @Test
  void shouldLoadAndStoreAtAnyAlignmentWhenAccessesAreMisaligned() {
    for (int offset : new int[] {0, 1, 3, 4090, 4093, 4095}) {
      TestMachine machine =
          TestMachine.supervisor().code(sd(A1, A2, 0), ld(A0, A2, 0), lw(A3, A2, 1));
      machine.hart.x(A1, 0xf1e2_d3c4_b5a6_9788L);
      machine.hart.x(A2, TestMachine.RAM + 0x3_0000 + offset);
      machine.run(3);
      assertEquals(0xf1e2_d3c4_b5a6_9788L, machine.hart.x(A0), "offset " + offset);
      assertEquals(0xffff_ffff_c4b5_a697L, machine.hart.x(A3), "offset " + offset);
    }
  }

  @Test
  void shouldExtendPerOpcodeWhenLoadingNarrowValues() {
    long[] expected = {-128, -32640, 0xffff_ffff_8080_8080L, 0x8080_8080_8080_8080L, 128, 32896};
    for (int funct3 = 0; funct3 < 6; funct3++) {
      TestMachine machine = TestMachine.supervisor().code(i(0x03, funct3, A0, A1, 0));
      machine.put64(TestMachine.RAM, 0x8080_8080_8080_8080L);
      machine.hart.x(A1, TestMachine.RAM);
      machine.run(1);
      assertEquals(expected[funct3], machine.hart.x(A0));
    }
  }

  @Test
  void shouldRunAcrossFramesWhenAnInstructionStraddlesThem() {
    TestMachine machine = TestMachine.supervisor();
    long at = TestMachine.RAM + 0x3_0ffe;
    machine.put(at, addi(A0, A0, 1), addi(A0, A0, 2)).half(at + 8, 0xbfe5); // c.j -8
    machine.hart.pc(at);
    machine.run(3 * 1000);
    assertEquals(at, machine.hart.pc());
    assertEquals(3000, machine.hart.x(A0));
  }
}

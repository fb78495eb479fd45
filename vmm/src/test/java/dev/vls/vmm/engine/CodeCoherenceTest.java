package dev.vls.vmm.engine;

import static dev.vls.vmm.isa.Asm.*;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vls.vmm.isa.Asm;
import org.junit.jupiter.api.Test;

/** Every fetch sees the present bytes, without any fence (architecture, "Coherent translation"). */
class CodeCoherenceTest {
  @Test
  void shouldExecuteTheNewInstructionWhenTheGuestOverwritesTheNextOne() {
    TestMachine machine = TestMachine.supervisor().code(sw(A1, A2, 4), addi(A0, 0, 1));
    machine.hart.x(A1, addi(A0, 0, 2));
    machine.hart.x(A2, TestMachine.CODE);
    machine.run(2);
    assertEquals(2, machine.hart.x(A0));
  }

  @Test
  void shouldExecuteTheNewInstructionWhenALoopRewritesItself() {
    // adds a different immediate in each of many rounds
    Asm asm = new Asm(TestMachine.CODE);
    asm.li(T2, 1 << 20);
    asm.label("loop").emit(addi(A0, A0, 0), lw(T0, A2, 0), add(T0, T0, T2), sw(T0, A2, 0));
    asm.emit(addi(A1, A1, -1)).to("loop", bne(A1, 0, 0)).emit(ecall());
    TestMachine machine = TestMachine.supervisor().code(asm.words());
    machine.hart.x(A1, 500);
    machine.hart.x(A2, asm.address("loop"));
    assertEquals(Stop.ECALL, machine.engine.run(machine.hart, 100_000));
    assertEquals(499 * 500 / 2, machine.hart.x(A0));
  }

  @Test
  void shouldExecuteTheNewInstructionWhenOnlyItsSecondGranuleChanges() {
    TestMachine machine = TestMachine.supervisor();
    long at = TestMachine.CODE + 62;
    machine.put(at, addi(A0, 0, 1));
    machine.hart.pc(at);
    machine.run(1);
    machine.half(at + 2, addi(A0, 0, 5) >>> 16);
    machine.hart.pc(at);
    machine.run(1);
    assertEquals(5, machine.hart.x(A0));
  }

  @Test
  void shouldExecuteTheNewInstructionWhenACommitChangesTheFrame() {
    TestMachine machine = TestMachine.supervisor().code(addi(A0, 0, 1), jal(0, -4));
    machine.run(100);
    machine.code(addi(A0, 0, 3));
    machine.run(2);
    assertEquals(3, machine.hart.x(A0));
  }

  @Test
  void shouldExecuteTheNewInstructionWhenAStraddlingOneChangesItsHalf() {
    TestMachine machine = TestMachine.supervisor();
    long at = TestMachine.RAM + 0x3_0ffe;
    for (int value = 1; value < 4; value++) {
      machine.put(at, addi(A0, 0, value));
      machine.hart.pc(at);
      machine.run(1);
      assertEquals(value, machine.hart.x(A0));
    }
  }

  @Test
  void shouldBecomeAShortInstructionWhenTheLastHalfwordChanges() {
    TestMachine machine = TestMachine.supervisor();
    long at = TestMachine.RAM + 0x3_0ffe;
    machine.put(at, addi(A0, 0, 1));
    machine.hart.pc(at);
    machine.run(1);
    machine.half(at, 0x4515); // c.li a0, 5
    machine.hart.pc(at);
    machine.run(1);
    assertEquals(5, machine.hart.x(A0));
    assertEquals(at + 2, machine.hart.pc());
  }
}

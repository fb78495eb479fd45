package dev.vls.vmm.engine;

import static dev.vls.vmm.isa.Asm.*;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vls.vmm.hart.Firmware;
import dev.vls.vmm.isa.Asm;
import dev.vls.vmm.memory.GuestMemory;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * How a run is cut into budgets, and which engine runs it, cannot be seen (R3): timers, waits,
 * calls, faults and self-modification included.
 */
class SlicingPropertyTest {
  private static final int STEPS = 4000;

  @Property(tries = 60)
  void shouldEndInTheSameStateWhenBudgetsDiffer(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] code = program(random);
    List<Long> whole = run(Interpreter::new, code, new SplittableRandom(0), STEPS);
    List<Long> sliced = run(Interpreter::new, code, random.split(), 1 + random.nextInt(40));
    assertEquals(whole, sliced);
    Function<GuestMemory, Engine> translator = Engines.stressed(random.split());
    assertEquals(whole, run(translator, code, new SplittableRandom(0), STEPS));
    assertEquals(whole, run(translator, code, random.split(), 1 + random.nextInt(200)));
  }

  /**
   * The VMM's part is a function of the stops: answers calls, and lets time jump to the deadline
   * where the hart waits.
   */
  private static List<Long> run(
      Function<GuestMemory, Engine> engines, int[] code, SplittableRandom random, int maxBudget) {
    TestMachine machine =
        TestMachine.of(Firmware.SUPERVISOR_PAYLOAD, engines)
            .code(code)
            .csr(0x105, TestMachine.HANDLER);
    machine.put(TestMachine.HANDLER, handler());
    machine.csr(0x104, -1).csr(0x100, 2);
    machine.hart.x(30, TestMachine.RAM + 0x3_0000);
    machine.hart.x(31, TestMachine.CODE);
    long steps = 0;
    while (steps < STEPS) {
      long budget = Math.min(STEPS - steps, 1 + random.nextInt(maxBudget));
      Stop stop = machine.engine.run(machine.hart, budget);
      if (stop == Stop.ECALL) {
        machine.hart.x(A0, machine.hart.instret());
        machine.hart.pc(machine.hart.pc() + 4);
      } else if (stop == Stop.WAIT) {
        machine.time.jump(machine.hart.stimecmp(), machine.hart.instret());
        machine.hart.waiting(false);
        machine.hart.countTrap();
      }
      steps = machine.hart.position().steps();
    }
    return machine.state();
  }

  /**
   * Counts in x29, re-arms the timer 50 ticks ahead, clears SSIP; skips the instruction of an
   * exception.
   */
  private static int[] handler() {
    Asm asm = new Asm(TestMachine.HANDLER);
    asm.emit(addi(29, 29, 1), csrrs(28, 0x142, 0)).to("interrupt", b(4, 28, 0, 0));
    asm.emit(csrrs(28, 0x141, 0), addi(28, 28, 4), csrrw(0, 0x141, 28), sret());
    asm.label("interrupt").emit(csrrs(28, 0xc01, 0), addi(28, 28, 50), csrrw(0, 0x14d, 28));
    asm.emit(csrrci(0, 0x144, 2), sret());
    return asm.words();
  }

  private static int[] program(SplittableRandom random) {
    Asm asm = new Asm(TestMachine.CODE);
    int length = 30 + random.nextInt(30);
    for (int i = 0; i < length; i++) {
      int register = 10 + random.nextInt(8);
      switch (random.nextInt(14)) {
        case 0 -> asm.emit(ecall());
        case 1 -> asm.emit(ebreak());
        case 2 -> asm.emit(wfi());
        case 3 -> asm.emit(csrrsi(0, 0x144, 2)); // SSIP
        case 4 -> asm.emit(csrrs(register, 0xc01, 0));
        case 5 -> asm.emit(csrrs(register, 0x144, 0));
        case 6 ->
            asm.emit(
                csrrs(register, 0xc01, 0),
                addi(register, register, random.nextInt(30)),
                csrrw(0, 0x14d, register));
        case 7 -> asm.emit(sw(register, 31, 4 * random.nextInt(20))); // over its own code
        case 8 -> asm.emit(random.nextBoolean() ? csrrci(0, 0x100, 2) : csrrsi(0, 0x100, 2));
        case 9 ->
            asm.emit(
                sd(register, 30, random.nextInt(2000)), ld(register, 30, random.nextInt(2000)));
        case 10 -> asm.emit(amo(2, 8, register, 30, 0), amo(3, 8, 18, 30, register));
        default -> asm.emit(addi(register, register, random.nextInt(100)), xor(12, 12, register));
      }
    }
    return asm.emit(jal(0, (int) (TestMachine.CODE - asm.here()))).words();
  }
}

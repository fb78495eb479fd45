package dev.vls.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vls.vmm.engine.Engine;
import dev.vls.vmm.engine.Interpreter;
import dev.vls.vmm.hart.Csr;
import dev.vls.vmm.hart.CsrFile;
import dev.vls.vmm.hart.Firmware;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.memory.GuestMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** All 4096 CSR numbers, by instructions that a hart executes at its start. */
class CsrWalkTest {
  private static final int NUMBERS = 4096;
  private static final int SYSTEM = 0x73;
  private static final int CSRRW = 1 << 12;
  private static final int CSRRS = 2 << 12;
  private static final int VALUE = 5;

  @ParameterizedTest
  @CsvSource({"SUPERVISOR_PAYLOAD, S", "MACHINE_FIRMWARE, M"})
  void shouldAllowWhatThePageSaysWhenTheHartStarts(Firmware boot, String column) {
    Map<Integer, String> documented = new TreeMap<>();
    DeterminismPage.read()
        .table("CSRs")
        .forEach(row -> documented.put(Integer.decode(row.get("Number")), row.get(column)));
    BareMachine machine = new BareMachine(boot);
    Engine engine = new Interpreter(machine.memory);
    List<String> wrong = new ArrayList<>();
    for (int number = 0; number < NUMBERS; number++) {
      String found = access(machine, engine, number);
      String said = documented.getOrDefault(number, "-");
      if (!found.equals(said)) {
        wrong.add(String.format("0x%03x is %s, not %s", number, found, said));
      }
    }
    assertEquals(List.of(), wrong);
  }

  @ParameterizedTest
  @EnumSource(Firmware.class)
  void shouldReadTheSameTwiceAndChangeNothingWhenNoInstructionLiesBetween(Firmware boot) {
    Hart hart = new BareMachine(boot).hart;
    StateHash before = new StateHash();
    hart.save(before);
    assertEquals(values(hart), values(hart));
    StateHash after = new StateHash();
    hart.save(after);
    assertEquals(before.value(), after.value());
  }

  /** Returns the values of all CSRs, whatever the present mode may read. */
  static Map<String, Long> values(Hart hart) {
    Map<String, Long> values = new TreeMap<>();
    for (Csr csr : CsrFile.known()) {
      values.put(csr.name(), hart.csrs().read(csr.number()));
    }
    return values;
  }

  private static String access(BareMachine machine, Engine engine, int number) {
    boolean readable = retires(machine, engine, number << 20 | CSRRS | VALUE << 7, 0);
    long value = machine.hart.x(VALUE);
    boolean writable = retires(machine, engine, number << 20 | VALUE << 15 | CSRRW, value);
    return (readable ? "r" : "-") + (writable ? "w" : "");
  }

  /** Executes one instruction at the hart's start; false if it traps instead. */
  private static boolean retires(BareMachine machine, Engine engine, int fields, long operand) {
    Hart hart = machine.hart;
    machine.memory.put32(0, 0, fields | SYSTEM);
    hart.start(GuestMemory.RAM_BASE, 0, 0);
    hart.x(VALUE, operand);
    long before = hart.instret();
    engine.run(hart, 1);
    return hart.instret() == before + 1;
  }
}

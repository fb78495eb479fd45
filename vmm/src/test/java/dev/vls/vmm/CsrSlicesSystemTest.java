package dev.vls.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.hart.Firmware;
import dev.vls.vmm.hart.Hart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No CSR tells in which slices the machine was run (R3), nor whether anybody has looked. */
class CsrSlicesSystemTest {
  private static final Path GUESTS =
      Path.of(System.getProperty("vls.root", ".."), "guests", "prebuilt");
  private static final long RAM_BYTES = 16L << 20;
  private static final long STEPS_LIMIT = 3_000_000;
  private static final int LONGEST_SLICE = 5_000;
  private static final int BOUNDARIES_PER_LOOK = 7;

  /** What a machine is like in the end. */
  private record End(Position position, StateDigest digest, Map<String, Long> csrs) {}

  /** The M-mode starts find no SBI and no S-mode: they run into traps without end. */
  @ParameterizedTest
  @CsvSource({
    "clock, SUPERVISOR_PAYLOAD, ticks=40",
    "traps, SUPERVISOR_PAYLOAD, n=2000",
    "matmul-f64, SUPERVISOR_PAYLOAD, n=1 size=16",
    "rdtime, SUPERVISOR_PAYLOAD, n=10000",
    "clock, MACHINE_FIRMWARE, ticks=40",
    "matmul-f64, MACHINE_FIRMWARE, n=1 size=16"
  })
  void shouldReadEqualCsrsWhenTheSlicesDiffer(String image, Firmware boot, String arguments)
      throws Exception {
    long seed = new Random().nextLong();
    End whole = run(machine(image, boot, arguments), Long.MAX_VALUE >>> 1, new Random(0));
    End sliced = run(machine(image, boot, arguments), LONGEST_SLICE, new Random(seed));
    assertEquals(whole, sliced, () -> image + " in slices of seed " + seed);
    assertTrue(whole.position().instret() > 1000, whole::toString);
  }

  private static Machine machine(String image, Firmware boot, String arguments)
      throws IOException, dev.vls.vmm.board.ImageException {
    MachineConfig config =
        new MachineConfig(
            RAM_BYTES, 1, boot, arguments, MachineConfig.DEFAULT_INSTRUCTIONS_PER_SECOND, 0);
    Machine machine = new Machine(config);
    machine.load(Files.readAllBytes(GUESTS.resolve(image + ".elf")));
    return machine;
  }

  private static End run(Machine machine, long longestSlice, Random random) {
    for (int boundary = 0; machine.power().isEmpty() && left(machine) > 0; boundary++) {
      if (!machine.runnable()) {
        idle(machine);
      } else if (longestSlice == LONGEST_SLICE) {
        machine.run(Math.min(left(machine), 1 + random.nextInt(LONGEST_SLICE)));
        look(machine, boundary);
      } else {
        machine.run(left(machine));
      }
    }
    return new End(
        machine.position(), machine.digest(), CsrWalkTest.values(machine.harts().getFirst()));
  }

  private static long left(Machine machine) {
    return STEPS_LIMIT - machine.position().steps();
  }

  /** Virtual time, as the domain's loop has it. */
  private static void idle(Machine machine) {
    assertTrue(machine.idleDeadline().isPresent(), "the guest waits for nothing");
    machine.jumpToDeadline();
    if (!machine.runnable()) {
      machine.reenter();
    }
  }

  private static void look(Machine machine, int boundary) {
    if (boundary % BOUNDARIES_PER_LOOK == 0) {
      Hart hart = machine.harts().getFirst();
      assertEquals(CsrWalkTest.values(hart), CsrWalkTest.values(hart));
    }
  }
}

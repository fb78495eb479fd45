package dev.vls.vmm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.engine.Engines;
import dev.vls.vmm.engine.Interpreter;
import dev.vls.vmm.hart.Firmware;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A machine is a function of its image and its commits, in whatever slices and by whatever engine
 * (R3).
 */
class MachinePropertyTest {
  private static final Path GUESTS = Path.of("..", "guests", "prebuilt");
  private static final int CHECKPOINTS = 12;

  /** State at fixed numbers of steps, and what the guest said. */
  private record Run(List<StateDigest> digests, String console, String power) {}

  @ParameterizedTest
  @CsvSource({
    "fib, n=1 size=18, 1000000", "sieve, n=1 size=64k, 1000000", "quicksort, n=1 size=4k, 1000000",
    "matmul-f64, n=1 size=16, 1000000", "sha256, n=1 size=16k, 1000000", "traps, n=3000, 600000",
    "rdtime, n=30000, 600000", "csrswap, n=50000, 600000", "chase, n=1 size=256k, 1000000",
    "core, n=5, 1000000", "memcpy, n=2 size=64k, 600000", "clock, ticks=30 period_us=100, 3000000",
    "timerstorm, n=2000, 1000000", "hello, a=b, 60000", "wildpointers, a=b, 1000000"
  })
  void shouldComeToTheSameStatesWhenSlicesAreRandom(String guest, String arguments, long steps)
      throws Exception {
    sameStates(guest, config(arguments), steps);
  }

  /** Schedules differ in everything; the guest checks atomics, locks, interrupts and events. */
  @ParameterizedTest
  @CsvSource({"2, 100, 1", "3, 777, 5", "4, 1000, 2", "8, 300, -9", "4, 10000, 4", "8, 50000, 3"})
  void shouldComeToTheSameStatesWhenSeveralHartsTakeTurns(int harts, long quantum, long seed)
      throws Exception {
    MachineConfig config = config("rounds=60").withHarts(harts, new HartSchedule(quantum, seed));
    Run run = sameStates("smp", config, 8_000_000);
    assertTrue(run.console().contains("SMP PASS harts=" + harts), run.console());
    assertEquals("Optional[Off[status=0]]", run.power());
  }

  private static Run sameStates(String guest, MachineConfig config, long steps) throws Exception {
    byte[] image = Files.readAllBytes(GUESTS.resolve(guest + ".elf"));
    Run whole =
        run(new Machine(config, Interpreter::new), image, steps, new Random(0), Integer.MAX_VALUE);
    Random random = new Random(guest.hashCode());
    for (int longest : new int[] {1_000_000, 5_000, 60}) {
      Machine interpreting = new Machine(config, Interpreter::new);
      Run interpreted = run(interpreting, image, steps, random, longest);
      assertEquals(whole, interpreted, "slices to " + longest);
      Machine translating =
          new Machine(config, Engines.stressed(new SplittableRandom(random.nextLong())));
      Run translated = run(translating, image, steps, random, longest);
      assertEquals(whole, translated, "translated, slices to " + longest);
    }
    Run background = run(new Machine(config), image, steps, random, 100_000);
    assertEquals(whole, background, "translated in the background");
    return whole;
  }

  private static Run run(Machine machine, byte[] image, long steps, Random random, int longest)
      throws Exception {
    StringBuilder console = new StringBuilder();
    machine.console(
        (bytes, offset, length) -> {
          for (int i = 0; i < length; i++) {
            console.append((char) bytes[offset + i]);
          }
        });
    machine.load(image);
    List<StateDigest> digests = new ArrayList<>();
    for (int i = 1; i <= CHECKPOINTS; i++) {
      runTo(machine, steps * i / CHECKPOINTS, random, longest);
      digests.add(machine.digest());
    }
    return new Run(digests, console.toString(), machine.power().toString());
  }

  /** Idle time passes as under virtual time; looking at the machine must not change it. */
  private static void runTo(Machine machine, long end, Random random, int longest) {
    while (machine.power().isEmpty() && machine.position().steps() < end) {
      if (machine.runnable()) {
        long left = end - machine.position().steps();
        machine.run(Math.min(left, 1L + random.nextInt(longest)));
      } else if (machine.idleDeadline().isPresent()) {
        machine.jumpToDeadline();
      } else {
        machine.reenter();
      }
      if (random.nextInt(16) == 0) {
        machine.idleDeadline();
        machine.boundary();
      }
    }
  }

  private static Machine machine(String arguments) {
    return new Machine(config(arguments));
  }

  private static MachineConfig config(String arguments) {
    return new MachineConfig(16 << 20, 1, Firmware.SUPERVISOR_PAYLOAD, arguments, 20_000_000, 0);
  }

  /** Whatever a log says about time, a machine with a timer goes on or waits, and never hangs. */
  @Property(tries = 150, shrinking = ShrinkingMode.OFF)
  void shouldKeepGoingWhenTheTimePageIsGarbage(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    List<byte[]> pages = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      pages.add(timePage(random));
    }
    StateDigest one = runThrough(pages, new Random(seed), 1000);
    assertEquals(one, runThrough(pages, new Random(seed + 1), 7));
  }

  private static StateDigest runThrough(List<byte[]> pages, Random random, int longest)
      throws Exception {
    Machine machine = machine("");
    machine.load(timerProgram());
    for (int i = 0; i < pages.size(); i++) {
      FrameUpdate update = new FrameUpdate(machine.timeBase().frame(), 0, pages.get(i));
      machine.apply(new Commit(List.of(update), List.of()));
      runTo(machine, 500L * (i + 1), random, longest);
      assertTrue(machine.position().steps() >= 500L * (i + 1));
    }
    return machine.digest();
  }

  private static byte[] timePage(Random random) {
    ByteBuffer page = ByteBuffer.allocate(TimeBase.LAYOUT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 3; i++) {
      page.putLong(
          switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> -1;
            case 2 -> Long.MAX_VALUE - random.nextInt(3);
            case 3 -> random.nextLong() >>> random.nextInt(64);
            case 4 -> 1L << random.nextInt(64);
            default -> random.nextInt(20_000);
          });
    }
    return page.array();
  }

  /** A timer 100 ticks from now, WFI, and again; stvec is 0, so nothing is ever taken. */
  private static byte[] timerProgram() {
    return code(
        0x0200_0293, // li t0, 32
        0x1042_9073, // csrw sie, t0
        0xc010_2573, // rdtime a0
        0x0645_0513, // addi a0, a0, 100
        0x14d5_1073, // csrw stimecmp, a0
        0x1050_0073, // wfi
        0xff1f_f06f); // j -16
  }

  /** SCHEDOP_poll with a timeout ends when it says, not ten times later. */
  @Test
  @Timeout(60)
  void shouldWaitAsLongAsThePollSaysWhenItHasATimeout() throws Exception {
    Machine machine = machine("");
    machine.load(
        code(
            0x0856_58b7, // lui a7, 0x8565
            0xc538_8893, // addi a7, a7, -941
            0x01d0_0813, // li a6, 29
            0x0030_0513, // li a0, 3
            0x0000_0597, // auipc a1, 0
            0x0105_8593, // addi a1, a1, 16
            0x0000_0073, // ecall
            0x0000_006f, // j .
            0,
            0, // no ports
            0,
            0,
            5_000_000,
            0)); // none of them, until 5 ms: 50,000 ticks
    machine.run(100);
    assertEquals(Boundary.Kind.HYPERCALL, machine.boundary().kind());
    assertTrue(!machine.runnable());
    assertEquals(50_000, machine.idleDeadline().orElseThrow());
    machine.jumpToDeadline();
    assertTrue(machine.runnable());
  }

  @Test
  void shouldRunOnWhenTheBudgetIsBeyondAllCounts() throws Exception {
    Machine machine = machine("");
    machine.load(code(0x0000_0013, 0x0000_0013, 0x1050_0073)); // nop, nop, wfi
    machine.run(1);
    machine.run(Long.MAX_VALUE);
    assertEquals(new Position(3, 0), machine.position());
  }

  @Test
  void shouldHashEqualStatesEqually() throws Exception {
    Machine one = machine("");
    Machine two = machine("");
    FrameUpdate update = new FrameUpdate(700, 8, new byte[] {1, 2, 3});
    one.digest();
    one.apply(new Commit(List.of(update), List.of()));
    one.digest();
    two.apply(new Commit(List.of(update), List.of()));
    assertEquals(one.digest(), two.digest());
    assertArrayEquals(one.memoryHash(), two.memoryHash());
    one.apply(new Commit(List.of(new FrameUpdate(700, 8, new byte[3])), List.of()));
    assertEquals(machine("").digest(), one.digest());
  }

  private static byte[] code(int... words) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * words.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int word : words) {
      bytes.putInt(word);
    }
    return bytes.array();
  }
}

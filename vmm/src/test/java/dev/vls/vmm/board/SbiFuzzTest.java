package dev.vls.vmm.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.memory.GuestMemory;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SbiFuzzTest {
  private static final long SEED = Long.getLong("vls.seed", 20250203L);
  private static final int CALLS = 60_000;
  private static final long[] EDGES = {
    0,
    1,
    2,
    -1,
    -2,
    4095,
    4096,
    1L << 31,
    1L << 32,
    Long.MIN_VALUE,
    Long.MAX_VALUE,
    GuestMemory.RAM_BASE,
    GuestMemory.RAM_BASE - 1,
    GuestMemory.RAM_BASE + BoardFixture.RAM_BYTES,
    GuestMemory.RAM_BASE + 4095
  };

  @Test
  void shouldAnswerEveryCallWhenArgumentsAreGarbage() {
    SplittableRandom random = new SplittableRandom(SEED);
    BoardFixture machine = new BoardFixture(2, Optional.of((hart, number) -> number));
    List<Sbi.Known> known = machine.sbi.known();
    Hart hart = machine.harts.getFirst();
    for (int call = 0; call < CALLS; call++) {
      Sbi.Known target = known.get(random.nextInt(known.size()));
      boolean wild = random.nextInt(8) == 0;
      long extension = wild ? value(random) : target.extension();
      long function = random.nextInt(8) == 0 ? value(random) : Math.max(0, target.function());
      long[] arguments = new long[6];
      for (int i = 0; i < arguments.length; i++) {
        arguments[i] = value(random);
      }
      if (random.nextInt(16) == 0) {
        machine.typist.claim((int) value(random));
      }
      hart.pc(GuestMemory.RAM_BASE);
      try {
        long error = machine.ecall(extension, function, arguments);
        assertEquals(GuestMemory.RAM_BASE + 4, hart.pc());
        if (!wild && extension >= SbiLayout.BASE && extension != SbiLayout.HYPERCALL) {
          assertTrue(error <= 0 && error >= SbiLayout.ERR_ALREADY_AVAILABLE, "error " + error);
        }
      } catch (RuntimeException | AssertionError e) {
        fail("seed " + SEED + ", call " + call + " of " + target.name(), e);
      }
      machine.world.console.reset();
      machine.sbi.reset();
    }
  }

  private static long value(SplittableRandom random) {
    long edge = EDGES[random.nextInt(EDGES.length)];
    return switch (random.nextInt(4)) {
      case 0 -> random.nextLong();
      case 1 -> edge + random.nextInt(-3, 4);
      case 2 -> random.nextInt(100_000);
      default -> GuestMemory.RAM_BASE + random.nextInt(BoardFixture.RAM_BYTES);
    };
  }
}

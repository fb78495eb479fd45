package dev.vls.vmm.xen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.board.HypercallHandler;
import dev.vls.vmm.memory.GuestMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Hypercalls, structures, grant entries and shared pages full of garbage harm nobody but the guest.
 */
class HypercallsFuzzTest {
  private static final long SEED = Long.getLong("vls.seed", 20260102L);
  private static final int CALLS = 120_000;
  private static final int LARGEST_ERRNO = 111;
  private static final long[] EDGES = {
    0,
    1,
    2,
    3,
    8,
    63,
    64,
    128,
    511,
    512,
    4095,
    4096,
    0x7fff,
    0x8000,
    0xffff,
    0x7ff0,
    1 << 26,
    Integer.MAX_VALUE,
    0xffff_ffffL,
    1L << 32,
    1L << 44,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -1,
    -2,
    -64
  };

  @Test
  void shouldStayInBoundsAndBeRepeatableWhenEverythingIsGarbage() {
    Attacker first = new Attacker(SEED);
    Attacker second = new Attacker(SEED);
    for (int call = 0; call < CALLS; call++) {
      try {
        assertEquals(first.step(), second.step());
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("call " + call + ", seed " + SEED, e);
      }
      if (call % 4096 == 0) {
        first.checkMap();
      }
    }
    first.checkMap();
    assertEquals(first.guest.state(), second.guest.state());
    assertArrayEquals(first.guest.memory.bytes(), second.guest.memory.bytes());
    assertTrue(first.succeeded > CALLS / 20, "too few calls get through: " + first.succeeded);
  }

  private static final class Attacker {
    final XenFixture guest = new XenFixture(2);
    final SplittableRandom random;
    final List<Hypercalls.Known> known = guest.domain.hypercalls().known();
    final int timeFrame = guest.time.frame();
    final byte[] timeBytes = new byte[4096];
    final List<Runnable> unpins = new ArrayList<>();
    int succeeded;

    Attacker(long seed) {
      random = new SplittableRandom(seed);
      guest.memory.read(timeFrame, 0, timeBytes, 0, 4096);
      guest.domain.extension(
          new ExtensionHandler() {
            @Override
            public long poll(int port) {
              guest.domain.events().raise(port);
              return 0;
            }

            @Override
            public long mark(byte[] text) {
              return text.length;
            }
          });
    }

    /** Scribbles, lets the host act, and makes one call with at most a few restarts. */
    long step() {
      scribble();
      host();
      Hypercalls.Known target = known.get(random.nextInt(known.size()));
      boolean wild = random.nextInt(16) == 0;
      int number = wild ? (int) value() : target.number();
      long[] arguments = new long[5];
      Arrays.setAll(arguments, i -> argument());
      if (!wild && target.operation() >= 0) {
        arguments[0] = target.operation();
      }
      if (number == Hypercalls.GRANT_TABLE_OP || number == Hypercalls.CONSOLE_IO) {
        arguments[number == Hypercalls.CONSOLE_IO ? 1 : 2] =
            random.nextInt(4) == 0 ? value() : random.nextInt(100);
      }
      long result = call(number, arguments);
      if (result >= 0) {
        succeeded++;
      }
      return result;
    }

    private long call(int number, long[] arguments) {
      for (int i = 0; i < 5; i++) {
        guest.hart.x(10 + i, arguments[i]);
      }
      long result = guest.domain.hypercalls().call(guest.hart, number);
      for (int i = 0; i < 4 && result == HypercallHandler.RESTART; i++) {
        result = guest.domain.hypercalls().call(guest.hart, number);
      }
      assertTrue(
          result >= -LARGEST_ERRNO || result == HypercallHandler.RESTART, "result " + result);
      for (int i = 2; i < 5; i++) {
        assertEquals(arguments[i], guest.hart.x(10 + i), "a2 to a4 are the caller's");
      }
      return result;
    }

    private void scribble() {
      long address = page() + random.nextInt(500) * 8L;
      for (int i = 0; i < 6; i++) {
        if (guest.memory.frameOf(address >>> 12) != GuestMemory.NO_FRAME) {
          guest.put64(address & ~7L, structWord());
        }
        address = (address & ~4095L) | (address + 8 & 4095);
      }
      if (random.nextInt(4) == 0 && guest.memory.frameOf(XenFixture.GRANTS >>> 12) >= 0) {
        guest.grant(random.nextInt(64), random.nextInt(32), random.nextInt(2), gfn());
      }
    }

    private void host() {
      int ref = random.nextInt(70);
      Access access = random.nextBoolean() ? Access.READ : Access.WRITE;
      switch (random.nextInt(12)) {
        case 0 -> {
          if (guest.domain.grants().pin(ref, access).ok()) {
            unpins.add(
                () -> assertEquals(0, guest.domain.grants().unpin(ref, access), "ref " + ref));
          }
        }
        case 1 -> {
          if (!unpins.isEmpty()) {
            unpins.remove(random.nextInt(unpins.size())).run();
          }
        }
        case 2 -> guest.domain.events().raise(random.nextInt(64));
        case 3 -> guest.domain.events().bindHost(random.nextInt(64), port -> {});
        case 4 -> guest.domain.events().closeHost(random.nextInt(16));
        case 5 -> guest.domain.runnable(guest.hart);
        case 6 -> guest.domain.grants().check(ref, access);
        default -> {
          // the guest alone
        }
      }
    }

    private long value() {
      return random.nextInt(6) == 0 ? random.nextLong() : EDGES[random.nextInt(EDGES.length)];
    }

    private long page() {
      return switch (random.nextInt(6)) {
        case 0 -> XenFixture.SHARED;
        case 1 -> XenFixture.GRANTS;
        default -> XenFixture.RAM + random.nextInt(32) * 4096L;
      };
    }

    private long gfn() {
      return switch (random.nextInt(5)) {
        case 0 -> XenFixture.SHARED >>> 12;
        case 1 -> (XenFixture.GRANTS >>> 12) + random.nextInt(4);
        case 2 -> value();
        default -> XenFixture.RAM_GFN + 128 + random.nextInt(128);
      };
    }

    private long argument() {
      return random.nextInt(3) == 0 ? value() : page() + random.nextInt(500) * 8L;
    }

    /** Half of them are what some structure wants. */
    private long structWord() {
      return switch (random.nextInt(8)) {
        case 0 -> random.nextLong();
        case 1 -> value();
        case 2 -> gfn();
        case 3 -> gfn() << 12;
        case 4 -> page();
        case 5 -> XenFixture.SELF | (long) random.nextInt(4) << 32;
        case 6 -> random.nextInt(70) | (long) random.nextInt(70) << 32;
        default -> 2 | (long) random.nextInt(70) << 32;
      };
    }

    /** RAM frames have one place each, and nobody sees the VMM's own frames. */
    void checkMap() {
      byte[] now = new byte[4096];
      guest.memory.read(timeFrame, 0, now, 0, 4096);
      assertArrayEquals(timeBytes, now, "the time page is the host's");
      int firstPin = guest.domain.grants().entryFrame(GrantTable.MAX_FRAMES - 1) + 1;
      Set<Integer> seen = new HashSet<>();
      List<Long> gfns = new ArrayList<>();
      for (long gfn = 0; gfn < 256; gfn++) {
        gfns.add(XenFixture.RAM_GFN + gfn);
        gfns.add((XenFixture.GRANTS >>> 12) + gfn);
      }
      gfns.add(XenFixture.SHARED >>> 12);
      for (long edge : EDGES) {
        gfns.add(edge);
      }
      for (long gfn : gfns) {
        int frame = guest.memory.frameOf(gfn);
        assertNotEquals(timeFrame, frame);
        assertTrue(frame < firstPin || frame >= firstPin + GrantTable.MAX_FRAMES, "pin records");
        if (guest.domain.kindOf(gfn) == FrameKind.RAM) {
          assertTrue(frame < guest.memory.ramFrames() && seen.add(frame), "frame " + frame);
        }
      }
    }
  }
}

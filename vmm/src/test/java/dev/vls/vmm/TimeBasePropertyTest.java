package dev.vls.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.memory.GuestMemory;
import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Time against exact arithmetic, with whatever the page holds. */
class TimeBasePropertyTest {
  private static final long LAST_DEADLINE = TimeBase.MAX_BASE >>> 1;

  private final GuestMemory memory = new GuestMemory(1 << 20, 1);
  private final TimeBase time = new TimeBase(memory, 1);
  private long base;
  private long at;
  private long rate;

  private void commit(long newBase, long instret, long newRate) {
    memory.put64(time.frame(), TimeBase.BASE_OFFSET, newBase);
    memory.put64(time.frame(), TimeBase.INSTRET_OFFSET, instret);
    memory.put64(time.frame(), TimeBase.RATE_OFFSET, newRate);
    memory.committed(time.frame());
    base = Math.clamp(newBase, 0, TimeBase.MAX_BASE);
    at = Math.clamp(instret, 0, 1L << 61);
    rate = Math.clamp(newRate, 1, TimeBase.MAX_RATE);
  }

  private BigInteger exact(long instret) {
    BigInteger delta = BigInteger.valueOf(Math.max(0, instret - at));
    return BigInteger.valueOf(base).add(delta.multiply(BigInteger.valueOf(rate)).shiftRight(32));
  }

  @Property(tries = 3000)
  void shouldBeExactWhateverThePageHolds(
      @ForAll long newBase, @ForAll long instret, @ForAll long newRate, @ForAll long far) {
    commit(newBase, instret, newRate);
    for (long now : new long[] {0, at, at + 1, at + (far >>> 16), far >>> 8}) {
      assertEquals(exact(now), BigInteger.valueOf(time.time(now)));
    }
  }

  @Property(tries = 3000)
  void shouldNameTheFirstInstructionOfADeadline(
      @ForAll long newBase,
      @ForAll long instret,
      @ForAll long newRate,
      @ForAll long deadline,
      @ForAll int shift) {
    commit(newBase >>> (shift & 31), instret >>> 8, newRate >>> (shift >>> 5 & 63));
    long now = at / 2 + (instret >>> 20);
    long first = time.instretAt(deadline, now);
    if (Long.compareUnsigned(time.time(now), deadline) >= 0) {
      assertEquals(now, first);
    } else if (first == Long.MAX_VALUE) {
      boolean far = Long.compareUnsigned(deadline, LAST_DEADLINE) > 0;
      assertTrue(far || exact(at + (1L << 61)).compareTo(BigInteger.valueOf(deadline)) < 0);
    } else {
      assertTrue(first > now);
      BigInteger wanted = BigInteger.valueOf(deadline);
      assertTrue(exact(first).compareTo(wanted) >= 0);
      assertTrue(exact(first - 1).compareTo(wanted) < 0);
    }
  }
}

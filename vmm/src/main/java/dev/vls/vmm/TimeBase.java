package dev.vls.vmm;

import dev.vls.vmm.memory.GuestMemory;

/**
 * Guest time as a function of the instruction count (DESIGN section 2.2), kept in a frame that only
 * commits and the idle rule of virtual time change.
 *
 * <pre>
 * offset  size  field
 *      0     8  base: ticks of the time CSR at the instant of the last re-base
 *      8     8  instret at that instant
 *     16     8  rate: ticks per instruction, unsigned 32.32 fixed point
 * </pre>
 *
 * <p>A field beyond its limit counts as the limit, and before the instant of the base time stands
 * still: whatever a log puts here, time is a function that never falls and never overflows.
 */
public final class TimeBase implements StateExchange.Restorable {
  /** Offset of the base in the time frame. */
  public static final int BASE_OFFSET = 0;

  /** Offset of the instruction count at the base. */
  public static final int INSTRET_OFFSET = 8;

  /** Offset of the rate. */
  public static final int RATE_OFFSET = 16;

  /** Bytes in use. */
  public static final int LAYOUT_BYTES = 24;

  /** Ticks per second of the time CSR: the {@code virt} board's 10 MHz. */
  public static final long TICKS_PER_SECOND = 10_000_000;

  /** Greatest base, in ticks: 14,000 years. */
  public static final long MAX_BASE = 1L << 62;

  /** Greatest rate: 16 ticks per instruction. */
  public static final long MAX_RATE = 16L << 32;

  private static final long LAST_DEADLINE = MAX_BASE >>> 1;
  private static final long MAX_DELTA = 1L << 61;

  /** Rate for a nominal number of instructions per second. */
  public static long rateFor(long instructionsPerSecond) {
    return Math.max(1, (TICKS_PER_SECOND << 32) / instructionsPerSecond);
  }

  private final GuestMemory memory;
  private final int frame;
  private long base;
  private long instretAtBase;
  private long rate;

  /** Allocates the time frame and starts at 0 ticks with {@code rate}. */
  public TimeBase(GuestMemory memory, long rate) {
    this.memory = memory;
    this.frame = memory.allocateFrame();
    memory.listen(frame, this::reload);
    set(0, 0, rate);
  }

  /** Returns the machine frame that holds the layout. */
  public int frame() {
    return frame;
  }

  /** Returns the rate in force, 32.32 ticks per instruction. */
  public long rate() {
    return rate;
  }

  /** Returns the time in ticks after {@code instret} retired instructions. */
  public long time(long instret) {
    long delta = Math.max(0, instret - instretAtBase);
    return base + (Math.unsignedMultiplyHigh(delta, rate) << 32) + ((delta * rate) >>> 32);
  }

  /**
   * Returns the smallest instret at or after {@code instret} whose time is at least {@code
   * deadline} (unsigned), or {@link Long#MAX_VALUE} if the count cannot reach it: a deadline more
   * than 7,000 years after time 0 is never reached.
   */
  public long instretAt(long deadline, long instret) {
    if (Long.compareUnsigned(time(instret), deadline) >= 0) {
      return instret;
    }
    if (Long.compareUnsigned(deadline, LAST_DEADLINE) > 0) {
      return Long.MAX_VALUE;
    }
    long delta = instructionsFor(deadline - base);
    return delta > MAX_DELTA ? Long.MAX_VALUE : instretAtBase + delta;
  }

  /**
   * Moves time forward to {@code ticks} at {@code instret} without changing the rate: the idle rule
   * of virtual time.
   */
  public void jump(long ticks, long instret) {
    if (Long.compareUnsigned(ticks, time(instret)) > 0) {
      set(ticks, instret, rate);
    }
  }

  @Override
  public void exchange(StateExchange exchange) {
    base = exchange.word(base);
    instretAtBase = exchange.word(instretAtBase);
    rate = exchange.word(rate);
  }

  /**
   * Returns ceil(ticks * 2^32 / rate), or more than {@link #MAX_DELTA} if it is more; time first
   * reaches base + ticks so many instructions behind the base. 16 bits at a time, because no step
   * may overflow.
   *
   * @param ticks 1 to {@link #LAST_DEADLINE}
   */
  private long instructionsFor(long ticks) {
    long whole = ticks / rate;
    if (whole > MAX_DELTA >>> 32) {
      return Long.MAX_VALUE;
    }
    long high = (ticks % rate) << 16;
    long low = (high % rate) << 16;
    return (whole << 32) + ((high / rate) << 16) + (low + rate - 1) / rate;
  }

  private void set(long newBase, long instret, long newRate) {
    memory.put64(frame, BASE_OFFSET, newBase);
    memory.put64(frame, INSTRET_OFFSET, instret);
    memory.put64(frame, RATE_OFFSET, newRate);
    reload();
  }

  private void reload() {
    base = Math.clamp(memory.i64(frame, BASE_OFFSET), 0, MAX_BASE);
    instretAtBase = Math.clamp(memory.i64(frame, INSTRET_OFFSET), 0, MAX_DELTA);
    rate = Math.clamp(memory.i64(frame, RATE_OFFSET), 1, MAX_RATE);
  }
}

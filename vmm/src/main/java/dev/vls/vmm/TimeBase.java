package dev.vls.vmm;

import dev.vls.vmm.memory.GuestMemory;
import java.math.BigInteger;

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
 */
public final class TimeBase implements StateSink.Stateful {
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
    long delta = instret - instretAtBase;
    return base + (Math.unsignedMultiplyHigh(delta, rate) << 32) + ((delta * rate) >>> 32);
  }

  /**
   * Returns the smallest instret at or after {@code instret} whose time is at least {@code
   * deadline} (unsigned), or {@link Long#MAX_VALUE} if the count cannot reach it.
   */
  public long instretAt(long deadline, long instret) {
    if (Long.compareUnsigned(time(instret), deadline) >= 0) {
      return instret;
    }
    long ticks = deadline - base;
    if (ticks < 0 || ticks >= Long.MAX_VALUE >>> 1) {
      return Long.MAX_VALUE;
    }
    return search(ticks);
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
  public void save(StateSink sink) {
    sink.word(base);
    sink.word(instretAtBase);
    sink.word(rate);
  }

  private long search(long ticks) {
    // delta = ceil(ticks * 2^32 / rate), in 128 bits; then time(instretAtBase + delta) is the first
    // at or after the deadline.
    BigInteger r = BigInteger.valueOf(rate);
    BigInteger delta =
        BigInteger.valueOf(ticks).shiftLeft(32).add(r).subtract(BigInteger.ONE).divide(r);
    return delta.bitLength() > 61 ? Long.MAX_VALUE : instretAtBase + delta.longValue();
  }

  private void set(long newBase, long instret, long newRate) {
    memory.put64(frame, BASE_OFFSET, newBase);
    memory.put64(frame, INSTRET_OFFSET, instret);
    memory.put64(frame, RATE_OFFSET, newRate);
    reload();
  }

  private void reload() {
    base = memory.i64(frame, BASE_OFFSET);
    instretAtBase = memory.i64(frame, INSTRET_OFFSET);
    rate = Math.max(1, memory.i64(frame, RATE_OFFSET));
  }
}

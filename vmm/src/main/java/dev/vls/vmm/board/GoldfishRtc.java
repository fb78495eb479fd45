package dev.vls.vmm.board;

import static dev.vls.vmm.board.GoldfishRtcLayout.ALARM_HIGH;
import static dev.vls.vmm.board.GoldfishRtcLayout.ALARM_LOW;
import static dev.vls.vmm.board.GoldfishRtcLayout.ALARM_STATUS;
import static dev.vls.vmm.board.GoldfishRtcLayout.CLEAR_ALARM;
import static dev.vls.vmm.board.GoldfishRtcLayout.CLEAR_INTERRUPT;
import static dev.vls.vmm.board.GoldfishRtcLayout.IRQ_ENABLED;
import static dev.vls.vmm.board.GoldfishRtcLayout.TIME_HIGH;
import static dev.vls.vmm.board.GoldfishRtcLayout.TIME_LOW;

import dev.vls.vmm.StateExchange;
import dev.vls.vmm.TimeBase;
import dev.vls.vmm.memory.AccessFaultException;
import dev.vls.vmm.memory.MmioDevice;
import java.util.function.LongSupplier;

/**
 * The Goldfish real-time clock ({@link GoldfishRtcLayout}): nanoseconds since 1970, a function of
 * the machine's epoch and of guest time. No host clock is read, and what the guest sets is an
 * offset.
 *
 * <p>The alarm rises at a computable instruction: whoever runs the harts runs them no further than
 * {@link #deadline} and then calls {@link #refresh}. Accesses are 32 bits wide; others fault.
 */
final class GoldfishRtc implements MmioDevice {
  private static final long NS_PER_TICK = 1_000_000_000L / TimeBase.TICKS_PER_SECOND;
  private static final long LOW = 0xffff_ffffL;

  private final TimeBase time;
  private final LongSupplier instret;
  private final InterruptLine line;
  private final Runnable yield;
  private final long epochNs;
  private long offsetNs;
  private long alarmNs;
  private long latchedHigh;
  private boolean armed;
  private boolean pending;
  private boolean enabled;

  /**
   * Creates the clock.
   *
   * @param epochNs what it shows at guest time 0
   * @param instret the count that {@code time} is a function of
   * @param yield ends the current engine run: the deadline has changed
   */
  GoldfishRtc(
      TimeBase time, long epochNs, LongSupplier instret, InterruptLine line, Runnable yield) {
    this.time = time;
    this.epochNs = epochNs;
    this.instret = instret;
    this.line = line;
    this.yield = yield;
  }

  /** Takes the alarm and what the guest set back. */
  void reset() {
    offsetNs = 0;
    alarmNs = 0;
    latchedHigh = 0;
    armed = false;
    pending = false;
    enabled = false;
    drive();
  }

  /** Returns the smallest instret at which an armed alarm is due, or {@link Long#MAX_VALUE}. */
  long deadline() {
    if (!armed) {
      return Long.MAX_VALUE;
    }
    long now = instret.getAsLong();
    if (isDue()) {
      return now;
    }
    long left = Long.divideUnsigned(alarmNs - nowNs() - 1, NS_PER_TICK) + 1;
    return time.instretAt(time.time(now) + left, now);
  }

  /** Raises the interrupt of an alarm that is due. */
  void refresh() {
    if (armed && isDue()) {
      armed = false;
      pending = true;
      drive();
    }
  }

  @Override
  public long read(long offset, int bytes) throws AccessFaultException {
    return switch (register(offset, bytes)) {
      case TIME_LOW -> {
        long now = nowNs();
        latchedHigh = now >>> 32;
        yield now & LOW;
      }
      case TIME_HIGH -> latchedHigh;
      case ALARM_LOW -> alarmNs & LOW;
      case ALARM_HIGH -> alarmNs >>> 32;
      case IRQ_ENABLED -> enabled ? 1 : 0;
      case ALARM_STATUS -> armed ? 1 : 0;
      default -> 0;
    };
  }

  @Override
  public void write(long offset, int bytes, long value) throws AccessFaultException {
    long word = value & LOW;
    switch (register(offset, bytes)) {
      case TIME_LOW -> set((nowNs() & ~LOW) | word);
      case TIME_HIGH -> set((nowNs() & LOW) | word << 32);
      case ALARM_LOW -> {
        alarmNs = (alarmNs & ~LOW) | word;
        armed = true;
      }
      case ALARM_HIGH -> alarmNs = (alarmNs & LOW) | word << 32;
      case IRQ_ENABLED -> enabled = (word & 1) != 0;
      case CLEAR_ALARM -> armed = false;
      case CLEAR_INTERRUPT -> pending = false;
      default -> {
        // ALARM_STATUS and what is no register
      }
    }
    refresh();
    drive();
    yield.run();
  }

  @Override
  public void exchange(StateExchange exchange) {
    offsetNs = exchange.word(offsetNs);
    alarmNs = exchange.word(alarmNs);
    latchedHigh = exchange.word(latchedHigh);
    armed = exchange.flag(armed);
    pending = exchange.flag(pending);
    enabled = exchange.flag(enabled);
  }

  private long nowNs() {
    return epochNs + offsetNs + time.time(instret.getAsLong()) * NS_PER_TICK;
  }

  private void set(long ns) {
    offsetNs += ns - nowNs();
  }

  private boolean isDue() {
    return Long.compareUnsigned(nowNs(), alarmNs) >= 0;
  }

  private void drive() {
    line.level(pending && enabled);
  }

  private static int register(long offset, int bytes) throws AccessFaultException {
    if (bytes != Integer.BYTES
        || offset < 0
        || offset % Integer.BYTES != 0
        || offset >= BoardLayout.RTC_BYTES) {
      throw AccessFaultException.INSTANCE;
    }
    return (int) offset;
  }
}

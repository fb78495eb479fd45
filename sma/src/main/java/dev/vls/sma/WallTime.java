package dev.vls.sma;

import dev.vls.vmm.FrameUpdate;
import dev.vls.vmm.Machine;
import dev.vls.vmm.TimeBase;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.OptionalLong;

/**
 * Guest time follows the host's clock: re-based when it has drifted too far, and at every wake-up
 * from idle.
 *
 * <p>Each re-base is an event of the log, so the rate follows the measured speed of the engine:
 * then a CPU-bound guest drifts slowly and few are needed. Time never runs backwards: a guest that
 * is ahead gets a lower rate until the clock has caught up.
 */
public final class WallTime implements TimePolicy {
  /** How far guest time may be off while the machine runs. */
  static final long DRIFT_LIMIT_NS = 10_000_000;

  /**
   * Least host time between two re-bases of a running machine: bounds the log where the host is
   * busy with other work.
   */
  static final long INTERVAL_NS = 50_000_000;

  private static final long NS_PER_TICK = 1_000_000_000 / TimeBase.TICKS_PER_SECOND;
  private static final double CATCH_UP_TICKS = 0.2 * TimeBase.TICKS_PER_SECOND;
  private static final long MIN_RATE = TimeBase.rateFor(20_000_000_000L);
  private static final long MAX_RATE = TimeBase.rateFor(1_000_000L);

  private final HostClock clock;
  private boolean started;
  private long originNs;
  private long originTicks;
  private long runNs; // host clock at the last re-base or wake-up
  private long runInstret;

  /** Creates a policy that continues from whatever the guest's time is when it is first asked. */
  public WallTime(HostClock clock) {
    this.clock = clock;
  }

  @Override
  public Transfer rebase(Machine machine) {
    long now = clock.nowNs();
    start(machine, now);
    long drift = target(now) - machine.time();
    if (now - runNs < INTERVAL_NS || Math.abs(drift) <= DRIFT_LIMIT_NS / NS_PER_TICK) {
      return null;
    }
    return transfer(machine, now, rate(machine, now, drift));
  }

  @Override
  public Transfer wake(Machine machine) {
    long now = clock.nowNs();
    start(machine, now);
    return transfer(machine, now, machine.timeBase().rate());
  }

  @Override
  public long sleepNs(Machine machine) {
    OptionalLong deadline = machine.idleDeadline();
    if (deadline.isEmpty()) {
      return Long.MAX_VALUE;
    }
    long now = clock.nowNs();
    start(machine, now);
    long ticks = deadline.getAsLong() - target(now);
    if (ticks > Long.MAX_VALUE / NS_PER_TICK / 2) {
      return Long.MAX_VALUE;
    }
    return Math.max(0, ticks * NS_PER_TICK);
  }

  @Override
  public boolean jumps() {
    return false;
  }

  private void start(Machine machine, long now) {
    if (!started) {
      started = true;
      originNs = now;
      originTicks = machine.time();
      measureFrom(machine, now);
    }
  }

  private long target(long now) {
    return originTicks + (now - originNs) / NS_PER_TICK;
  }

  private long rate(Machine machine, long now, long drift) {
    long instret = machine.position().instret() - runInstret;
    if (instret <= 0) {
      return machine.timeBase().rate();
    }
    double measured = (double) (now - runNs) / NS_PER_TICK / instret * (1L << 32);
    return Math.clamp((long) (measured * pace(drift)), MIN_RATE, MAX_RATE);
  }

  /** A guest that is ahead is slowed down, the more the further ahead it is. */
  private static double pace(long drift) {
    return drift < 0 ? Math.clamp(1 + drift / CATCH_UP_TICKS, 0.1, 0.9) : 1;
  }

  private Transfer transfer(Machine machine, long now, long rate) {
    long ticks = Math.max(target(now), machine.time());
    long instret = machine.position().instret();
    measureFrom(machine, now);
    byte[] page =
        ByteBuffer.allocate(TimeBase.LAYOUT_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(TimeBase.BASE_OFFSET, ticks)
            .putLong(TimeBase.INSTRET_OFFSET, instret)
            .putLong(TimeBase.RATE_OFFSET, rate)
            .array();
    return new Transfer(
        Transfer.TIME, List.of(new FrameUpdate(machine.timeBase().frame(), 0, page)));
  }

  private void measureFrom(Machine machine, long now) {
    runNs = now;
    runInstret = machine.position().instret();
  }
}

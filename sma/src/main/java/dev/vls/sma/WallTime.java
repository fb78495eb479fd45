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
 * is ahead gets a lower rate until the clock has caught up. How far off it may be, and how many
 * re-bases there may be, is in docs/determinism.md.
 */
public final class WallTime implements TimePolicy {
  private final HostClock clock;
  private Pacer pacer;

  /** Creates a policy that continues from whatever the guest's time is when it is first asked. */
  public WallTime(HostClock clock) {
    this.clock = clock;
  }

  @Override
  public Transfer rebase(Machine machine) {
    Pacer.Look look = look(machine);
    return pacer(look).running(look).map(setting -> transfer(machine, setting)).orElse(null);
  }

  @Override
  public Transfer wake(Machine machine) {
    Pacer.Look look = look(machine);
    return transfer(machine, pacer(look).waking(look));
  }

  @Override
  public long sleepNs(Machine machine) {
    Pacer.Look look = look(machine);
    pacer(look).pausing(look);
    OptionalLong deadline = machine.idleDeadline();
    if (deadline.isEmpty()) {
      return Long.MAX_VALUE;
    }
    long ticks = deadline.getAsLong() - pacer.target(look.nowNs());
    if (ticks > Long.MAX_VALUE / Pacer.NS_PER_TICK / 2) {
      return Long.MAX_VALUE;
    }
    return Math.max(0, ticks * Pacer.NS_PER_TICK);
  }

  @Override
  public boolean jumps() {
    return false;
  }

  private Pacer.Look look(Machine machine) {
    long instret = machine.position().instret();
    return new Pacer.Look(clock.nowNs(), machine.time(), instret, machine.timeBase().rate());
  }

  private Pacer pacer(Pacer.Look look) {
    if (pacer == null) {
      pacer = new Pacer(look);
    }
    return pacer;
  }

  private static Transfer transfer(Machine machine, Pacer.Setting setting) {
    byte[] page =
        ByteBuffer.allocate(TimeBase.LAYOUT_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(TimeBase.BASE_OFFSET, setting.ticks())
            .putLong(TimeBase.INSTRET_OFFSET, setting.instret())
            .putLong(TimeBase.RATE_OFFSET, setting.rate())
            .array();
    return new Transfer(
        Transfer.TIME, List.of(new FrameUpdate(machine.timeBase().frame(), 0, page)));
  }
}

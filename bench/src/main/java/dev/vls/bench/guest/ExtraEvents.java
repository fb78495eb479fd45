package dev.vls.bench.guest;

import dev.vls.sma.Answer;
import dev.vls.sma.EventSource;
import dev.vls.sma.Transfer;
import dev.vls.vmm.Boundary;
import dev.vls.vmm.FrameUpdate;
import dev.vls.vmm.Machine;
import dev.vls.vmm.Position;
import dev.vls.vmm.TimeBase;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A live source with more events than it has by itself: so many a second of host time, each storing
 * to the time page what guest time is anyway, so that the guest notices nothing. Domain's thread.
 */
public final class ExtraEvents implements EventSource {
  private final EventSource source;
  private final long intervalNs;
  private final long startNs = System.nanoTime();
  private long dueNs;
  private boolean own;

  /**
   * Adds to {@code source}.
   *
   * @param perSecond how many, at least 1
   */
  public ExtraEvents(EventSource source, int perSecond) {
    this.source = source;
    intervalNs = 1_000_000_000 / perSecond;
  }

  @Override
  public long budget(Position now) {
    return source.budget(now);
  }

  @Override
  public Answer poll(Machine machine, Boundary at) {
    own = false;
    Answer answer = source.poll(machine, at);
    long nowNs = System.nanoTime() - startNs;
    if (!(answer instanceof Answer.Continue) || nowNs < dueNs) {
      return answer;
    }
    own = true;
    dueNs = Math.max(dueNs + intervalNs, nowNs - intervalNs); // a stall is not made up for
    return new Answer.Delivery(List.of(present(machine)), List.of());
  }

  @Override
  public Answer await(Machine machine, Boundary at) throws InterruptedException {
    own = false;
    return source.await(machine, at);
  }

  @Override
  public void delivered() {
    if (!own) {
      source.delivered();
    }
  }

  private static Transfer present(Machine machine) {
    byte[] page =
        ByteBuffer.allocate(TimeBase.LAYOUT_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(TimeBase.BASE_OFFSET, machine.time())
            .putLong(TimeBase.INSTRET_OFFSET, machine.position().instret())
            .putLong(TimeBase.RATE_OFFSET, machine.timeBase().rate())
            .array();
    return new Transfer(
        Transfer.TIME, List.of(new FrameUpdate(machine.timeBase().frame(), 0, page)));
  }
}

package dev.vls.replay.role;

import dev.vls.log.LogPosition;
import dev.vls.log.wire.LeaderLink;
import dev.vls.log.wire.StreamMark;
import dev.vls.sma.Answer;
import dev.vls.sma.EventSource;
import dev.vls.vmm.Boundary;
import dev.vls.vmm.Machine;
import dev.vls.vmm.Position;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * A live source that tells the follower how far the leader is when nothing happens, so that the
 * follower never lags by more than a moment of execution.
 */
final class ProgressSource implements EventSource {
  /** Steps between two marks: about two milliseconds of interpretation. */
  static final long MARK_STEPS = 200_000;

  /** Stream number of the console in the marks. */
  static final int CONSOLE_STREAM = 1;

  private final EventSource live;
  private final LeaderLink link;
  private final LongSupplier acknowledged;
  private long markedAtSteps;

  ProgressSource(EventSource live, LeaderLink link, LongSupplier acknowledged) {
    this.live = live;
    this.link = link;
    this.acknowledged = acknowledged;
  }

  @Override
  public long budget(Position now) {
    return live.budget(now);
  }

  @Override
  public Answer poll(Machine machine, Boundary at) {
    Answer answer = live.poll(machine, at);
    long steps = at.position().steps();
    if (answer instanceof Answer.Continue && steps - markedAtSteps >= MARK_STEPS) {
      markedAtSteps = steps;
      link.progress(
          new LogPosition(at.position().instret(), at.position().traps()),
          List.of(new StreamMark(CONSOLE_STREAM, acknowledged.getAsLong())));
    }
    return answer;
  }

  @Override
  public Answer await(Machine machine, Boundary at) throws InterruptedException {
    return live.await(machine, at);
  }
}

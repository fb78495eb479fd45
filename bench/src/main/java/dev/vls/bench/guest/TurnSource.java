package dev.vls.bench.guest;

import dev.vls.sma.Answer;
import dev.vls.sma.EventSource;
import dev.vls.vmm.Boundary;
import dev.vls.vmm.Machine;
import dev.vls.vmm.Position;

/**
 * The source of a run that goes on in turns with another. A turn ends at a boundary, before the
 * source is asked. A machine that waits for an event keeps its turn, however long that takes:
 * guests that do nothing else keep the other from running. Domain's thread.
 */
final class TurnSource implements EventSource {
  private static final Answer OVER = new Answer.End("the run beside has failed");

  private final EventSource source;
  private final Turns turns;

  TurnSource(EventSource source, Turns turns) {
    this.source = source;
    this.turns = turns;
  }

  @Override
  public long budget(Position now) {
    return Math.min(source.budget(now), turns.left(now));
  }

  /** Ends the run where it is interrupted; the thread stays so. */
  @Override
  public Answer poll(Machine machine, Boundary at) {
    try {
      return turns.next(at.position()) ? source.poll(machine, at) : OVER;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OVER;
    }
  }

  @Override
  public Answer await(Machine machine, Boundary at) throws InterruptedException {
    return turns.next(at.position()) ? source.await(machine, at) : OVER;
  }

  @Override
  public void delivered() {
    source.delivered();
  }
}

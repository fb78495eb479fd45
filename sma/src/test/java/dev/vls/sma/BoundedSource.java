package dev.vls.sma;

import dev.vls.vmm.Boundary;
import dev.vls.vmm.Machine;
import dev.vls.vmm.Position;

/** Another source, up to a number of steps. */
record BoundedSource(EventSource source, long endSteps) implements EventSource {
  static final Answer LIMIT = new Answer.End("limit");

  @Override
  public long budget(Position now) {
    return Math.min(source.budget(now), endSteps - now.steps());
  }

  @Override
  public Answer poll(Machine machine, Boundary at) {
    return at.position().steps() >= endSteps ? LIMIT : source.poll(machine, at);
  }

  @Override
  public Answer await(Machine machine, Boundary at) throws InterruptedException {
    return at.position().steps() >= endSteps ? LIMIT : source.await(machine, at);
  }

  @Override
  public void delivered() {
    source.delivered();
  }
}

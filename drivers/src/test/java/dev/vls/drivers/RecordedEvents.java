package dev.vls.drivers;

import dev.vls.sma.Answer;
import dev.vls.sma.CommitObserver;
import dev.vls.sma.EventSource;
import dev.vls.vmm.Boundary;
import dev.vls.vmm.Machine;
import dev.vls.vmm.Position;
import java.util.ArrayList;
import java.util.List;

/**
 * The events of one run in memory, and a source that gives them to another: record and replay
 * without a log.
 */
public final class RecordedEvents implements CommitObserver {
  private record Event(Boundary at, Answer.Delivery delivery) {}

  private final List<Event> events = new ArrayList<>();

  @Override
  public synchronized void committed(Boundary at, Answer.Delivery delivery) {
    events.add(new Event(at, delivery));
  }

  /** Returns how many events there are. */
  public synchronized int size() {
    return events.size();
  }

  /** Returns a source of the events so far, which ends the run after the last one. */
  public synchronized EventSource replay() {
    return new Replay(List.copyOf(events));
  }

  private static final class Replay implements EventSource {
    private final List<Event> events;
    private int next;

    Replay(List<Event> events) {
      this.events = events;
    }

    @Override
    public long budget(Position now) {
      return next == events.size()
          ? 1
          : Math.max(1, events.get(next).at().position().steps() - now.steps());
    }

    @Override
    public Answer poll(Machine machine, Boundary at) {
      if (next == events.size()) {
        return new Answer.End("replayed");
      }
      Event event = events.get(next);
      if (at.position().steps() > event.at().position().steps()) {
        throw new IllegalStateException("ran past " + event.at() + " to " + at);
      }
      if (at.position().steps() < event.at().position().steps()) {
        return Answer.CONTINUE;
      }
      if (!at.equals(event.at())) {
        throw new IllegalStateException("diverged: " + at + " instead of " + event.at());
      }
      next++;
      return event.delivery();
    }

    @Override
    public Answer await(Machine machine, Boundary at) {
      Answer answer = poll(machine, at);
      return answer instanceof Answer.Continue ? Answer.JUMP : answer;
    }
  }
}

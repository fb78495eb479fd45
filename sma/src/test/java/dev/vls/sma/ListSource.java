package dev.vls.sma;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.vmm.Boundary;
import dev.vls.vmm.Machine;
import dev.vls.vmm.Position;
import java.util.Iterator;
import java.util.Random;

/** Replays a recording in slices of random length. */
final class ListSource implements EventSource {
  private final Iterator<Recording.Entry> entries;
  private final Random random;
  private final int longestSlice;
  private final boolean jumps;
  private Recording.Entry next;

  ListSource(Recording recording, Random random, int longestSlice, boolean jumps) {
    this.entries = recording.entries.iterator();
    this.random = random;
    this.longestSlice = longestSlice;
    this.jumps = jumps;
    advance();
  }

  boolean finished() {
    return next == null;
  }

  @Override
  public long budget(Position now) {
    long slice = 1L + random.nextInt(longestSlice);
    return next == null ? slice : Math.min(slice, next.at().position().steps() - now.steps());
  }

  @Override
  public Answer poll(Machine machine, Boundary at) {
    if (next == null || at.position().steps() < next.at().position().steps()) {
      return Answer.CONTINUE;
    }
    assertEquals(next.at(), at);
    Answer event = next.event();
    advance();
    return event;
  }

  @Override
  public Answer await(Machine machine, Boundary at) {
    Answer answer = poll(machine, at);
    if (answer instanceof Answer.Continue) {
      assertTrue(jumps && machine.idleDeadline().isPresent(), () -> "waits at " + at);
      return Answer.JUMP;
    }
    return answer;
  }

  private void advance() {
    next = entries.hasNext() ? entries.next() : null;
  }
}

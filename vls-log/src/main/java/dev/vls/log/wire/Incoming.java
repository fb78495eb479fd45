package dev.vls.log.wire;

import dev.vls.log.EndFrame;
import dev.vls.log.Event;
import dev.vls.log.LogPosition;
import java.util.List;

/** What a follower takes from its stream, in order. */
public sealed interface Incoming {
  /**
   * An event.
   *
   * @param sequence its number
   * @param event the event
   */
  record Received(long sequence, Event event) implements Incoming {}

  /**
   * Nothing else happened at the leader up to a position; only given when all events before it were
   * taken, and only the newest.
   *
   * @param position how far the replay may go
   * @param released output that has left the leader, by stream
   */
  record Progress(LogPosition position, List<StreamMark> released) implements Incoming {
    /** Copies the list. */
    public Progress {
      released = List.copyOf(released);
    }
  }

  /**
   * The run is over; a {@link Closed} follows.
   *
   * @param end how it ended
   */
  record Ended(EndFrame end) implements Incoming {}

  /**
   * The stream is over, and everything before it was taken; given again and again from here on.
   *
   * @param closure why
   */
  record Closed(Closure closure) implements Incoming {}
}

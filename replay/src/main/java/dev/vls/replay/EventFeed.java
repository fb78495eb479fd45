package dev.vls.replay;

import dev.vls.log.EndFrame;
import dev.vls.log.Event;
import dev.vls.log.LogPosition;

/**
 * The recorded events of a run, in order, from wherever they come; blocks where they are still on
 * their way.
 */
public interface EventFeed {
  /** What comes next. */
  sealed interface Item {
    /** An event. */
    record Next(Event event) implements Item {}

    /** Nothing happens at or before this position; what comes later is still on its way. */
    record Progress(LogPosition position) implements Item {}

    /** The recorded run ended in order. */
    record End(EndFrame end) implements Item {}

    /** There is no more: the recording was cut off, or its source is gone. */
    record Cut(String reason) implements Item {}
  }

  /**
   * Returns what comes next without taking it; the same item until {@link #advance}.
   *
   * @throws InterruptedException if interrupted while waiting for it
   */
  Item peek() throws InterruptedException;

  /** Takes the item that {@link #peek} returned. */
  void advance();
}

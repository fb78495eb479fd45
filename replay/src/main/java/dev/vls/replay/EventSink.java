package dev.vls.replay;

import dev.vls.log.EndFrame;
import dev.vls.log.Event;

/**
 * Takes a run's events in order: a log directory, a follower, or both. Called on the domain's
 * thread; a full sink blocks it.
 */
public interface EventSink {
  /** Takes the next event. */
  void append(Event event);

  /** Takes the end; nothing follows. */
  void end(EndFrame end);
}

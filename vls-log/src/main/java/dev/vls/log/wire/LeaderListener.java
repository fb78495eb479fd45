package dev.vls.log.wire;

/**
 * Told what happens to a leader's stream, on its event loop; must return at once, and must not call
 * the link's waiting methods.
 */
public interface LeaderListener {
  /** Does nothing. */
  LeaderListener NONE = new LeaderListener() {};

  /** A follower was accepted: events flow. */
  default void connected() {}

  /**
   * Somebody who connected was not accepted, or left before the stream was open; the leader goes on
   * listening.
   */
  default void refused(String detail) {}

  /** Events below {@code sequence} are stable; it only grows. */
  default void stable(long sequence) {}

  /** The stream is over. */
  default void closed(Closure closure) {}

  /**
   * The domain's thread waits for credit; called on the domain's thread, as is {@link #resumed}.
   */
  default void paused() {}

  /** It goes on. */
  default void resumed() {}
}

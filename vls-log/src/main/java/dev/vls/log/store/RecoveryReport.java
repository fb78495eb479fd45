package dev.vls.log.store;

import dev.vls.log.LogPosition;
import java.util.Optional;

/**
 * What opening a log found.
 *
 * @param state whether all of it is there
 * @param events whole events that can be read, as far as was looked
 * @param last position of the last of them, if there is one
 * @param droppedBytes octets behind the last whole event (or END) that are not used
 * @param droppedFrames frames among them that were whole, but whose event was not
 * @param detail one sentence for the user
 */
public record RecoveryReport(
    State state,
    long events,
    Optional<LogPosition> last,
    long droppedBytes,
    int droppedFrames,
    String detail) {
  /** Whether all of a log is there. */
  public enum State {
    /** It ends with END and SEAL. */
    COMPLETE,
    /** It stops earlier: the writer died, or is still writing. */
    CUT,
    /** Octets in the middle have changed, or files are missing. */
    DAMAGED
  }
}

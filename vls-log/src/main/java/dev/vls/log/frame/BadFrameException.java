package dev.vls.log.frame;

/**
 * Octets are not the frame that was expected. The message is the second half of a sentence; the
 * caller, who knows file and offset, begins it and throws a {@link dev.vls.log.LogException}.
 */
public final class BadFrameException extends Exception {
  private static final long serialVersionUID = 1;

  /** Creates one. */
  public BadFrameException(String message) {
    super(message);
  }

  /** Creates one with what was thrown on the way. */
  public BadFrameException(String message, Throwable cause) {
    super(message, cause);
  }
}

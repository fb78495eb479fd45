package dev.vls.sma;

import java.io.IOException;

/**
 * The host's fault: a file, a socket, a port or a format that cannot be used.
 *
 * <p>The message is one sentence for the user: what was expected, what was found, where, and what
 * to do next. The command prints it as it is and ends with exit code 5. Never thrown for a guest's
 * fault, and never from inside the boundary.
 */
public class HostException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Creates one without a cause. */
  public HostException(String sentence) {
    super(sentence);
  }

  /** Creates one with what made it necessary; the cause is shown with {@code --debug} only. */
  public HostException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}

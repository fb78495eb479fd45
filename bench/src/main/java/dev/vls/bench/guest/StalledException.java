package dev.vls.bench.guest;

import dev.vls.sma.HostException;

/** A child process that has not ended in time; one sentence. */
public final class StalledException extends HostException {
  private static final long serialVersionUID = 1L;

  /** Creates one. */
  public StalledException(String sentence) {
    super(sentence);
  }
}

package dev.vls.replay;

/** A recording that cannot be replayed here; the message is one sentence for the user. */
public final class ReplayException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates one. */
  public ReplayException(String sentence) {
    super(sentence);
  }
}

package dev.vls.vmm;

/**
 * A saved state cannot be restored: it is damaged, cut, or of another machine. What it was to be
 * restored into is of no use any more.
 */
public final class StateException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Says what was expected and what was found. */
  public StateException(String message) {
    super(message);
  }
}

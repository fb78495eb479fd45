package dev.vls.drivers.store;

/**
 * A store operation was refused: an answer to the client, its fault or its quota. No stack trace:
 * guests cause it at will.
 */
public final class StoreException extends Exception {
  private static final long serialVersionUID = 1L;

  private final StoreError error;

  /** Creates the refusal. */
  public StoreException(StoreError error) {
    super(error.name(), null, false, false);
    this.error = error;
  }

  /** Returns the name that goes onto the wire. */
  public StoreError error() {
    return error;
  }
}

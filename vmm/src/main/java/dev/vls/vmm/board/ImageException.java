package dev.vls.vmm.board;

/** A guest image that cannot be started; the message is one sentence a user can act on. */
public final class ImageException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Creates it with that sentence. */
  public ImageException(String message) {
    super(message);
  }
}

package dev.vls.bench.guest;

/** A guest that did not print what it had to: its measurement is void. One sentence. */
public final class WrongResultException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Creates one. */
  public WrongResultException(String sentence) {
    super(sentence);
  }
}

package dev.vls.drivers.share;

/** The host refuses something; the guest gets the host's number. */
final class ErrnoException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int errno;

  ErrnoException(int errno) {
    super("error " + errno, null, false, false); // a guest can cause thousands a second
    this.errno = errno;
  }

  int errno() {
    return errno;
  }
}

package dev.vls.drivers.ring;

/** {@code XenbusState} (ABI 6.3). */
final class XenbusState {
  static final int UNKNOWN = 0;
  static final int INITIALISING = 1;
  static final int INIT_WAIT = 2;
  static final int INITIALISED = 3;
  static final int CONNECTED = 4;
  static final int CLOSING = 5;
  static final int CLOSED = 6;

  private XenbusState() {}
}

package dev.vls.sma;

/** A clock that a test moves. */
final class FakeClock implements HostClock {
  private long now = 77_000;

  @Override
  public long nowNs() {
    return now;
  }

  void advance(long ns) {
    now += ns;
  }
}

package dev.vls.sma;

/** The host's monotonic clock: the one place from which time enters, outside the boundary (R2). */
@FunctionalInterface
public interface HostClock {
  /** Reads the clock of this host. */
  HostClock SYSTEM = System::nanoTime;

  /** Returns nanoseconds since an arbitrary origin; differences only are meaningful. */
  long nowNs();
}

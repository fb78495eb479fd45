package dev.vls.sma;

import dev.vls.vmm.StateSink;

/**
 * Guest memory that a back-end may store to: the capability that a port hands out with a request
 * and that an SMA program names. It is checked again at the commit.
 */
public sealed interface Target permits Grant, Loan {
  /** Returns the machine frame. */
  int frame();

  /** Returns whether programs may store to it. */
  boolean writable();

  /** Writes what it says; for the digests of messages. */
  void digest(StateSink sink);
}

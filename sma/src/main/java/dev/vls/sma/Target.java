package dev.vls.sma;

import dev.vls.vmm.StateExchange;
import dev.vls.vmm.StateSink;
import dev.vls.vmm.memory.GuestMemory;

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

  /**
   * Passes a target as state.
   *
   * @param target null if it is to come back
   */
  static Target exchange(StateExchange exchange, Target target) {
    boolean loan = exchange.flag(target instanceof Loan);
    Loan lent = target instanceof Loan known ? known : new Loan(0, 0, 0, 0);
    Grant granted = target instanceof Grant known ? known : new Grant(0, 0, false);
    return loan ? exchange(exchange, lent) : Grant.exchange(exchange, granted);
  }

  private static Loan exchange(StateExchange exchange, Loan loan) {
    long number = exchange.word(loan.number());
    int frame = exchange.number(loan.frame(), 0, Integer.MAX_VALUE);
    int offset = exchange.number(loan.offset(), 0, GuestMemory.FRAME_BYTES);
    int most = GuestMemory.FRAME_BYTES - offset;
    return new Loan(number, frame, offset, exchange.number(loan.length(), 0, most));
  }
}

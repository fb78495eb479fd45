package dev.vls.sma;

import dev.vls.vmm.StateExchange;
import dev.vls.vmm.StateSink;

/**
 * A page that the guest has granted to a back-end and that the back-end's port has pinned: the
 * capability that an SMA program names as its target.
 *
 * @param ref grant reference in the guest's table
 * @param frame machine frame that was behind it when it was pinned
 * @param writable whether programs may store to it
 */
public record Grant(int ref, int frame, boolean writable) implements Target {
  /** Passes a grant as state. */
  public static Grant exchange(StateExchange exchange, Grant grant) {
    return new Grant(
        exchange.number(grant.ref()),
        exchange.number(grant.frame(), 0, Integer.MAX_VALUE),
        exchange.flag(grant.writable()));
  }

  @Override
  public void digest(StateSink sink) {
    sink.word(ref);
    sink.word(frame);
  }
}

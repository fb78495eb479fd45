package dev.vls.sma;

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
  @Override
  public void digest(StateSink sink) {
    sink.word(ref);
    sink.word(frame);
  }
}

package dev.vls.sma;

import dev.vls.vmm.xen.GrantStatus;

/** What became of {@link Channel#pin} or {@link Channel#unpin}. */
public sealed interface PinResult {
  /** The grant is pinned until it is unpinned or the back-end is detached. */
  record Pinned(Grant grant) implements PinResult {}

  /** One pin is taken back. */
  record Unpinned() implements PinResult {}

  /**
   * Nothing has changed.
   *
   * @param status the negative {@link GrantStatus} that says why
   */
  record Refused(int status) implements PinResult {}

  /** The back-end was detached before; nothing has changed. */
  record Detached() implements PinResult {}
}

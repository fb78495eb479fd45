package dev.vls.vmm.xen;

import dev.vls.vmm.memory.GuestMemory;

/**
 * Outcome of resolving a grant.
 *
 * @param status {@link GrantStatus#OKAY} or the negative status that says why not
 * @param frame machine frame, {@link GuestMemory#NO_FRAME} unless the status is okay
 */
public record GrantResult(int status, int frame) {
  /** Returns success with {@code frame}. */
  static GrantResult of(int frame) {
    return new GrantResult(GrantStatus.OKAY, frame);
  }

  /** Returns failure with {@code status}. */
  static GrantResult failed(int status) {
    return new GrantResult(status, GuestMemory.NO_FRAME);
  }

  /** Returns whether the grant was resolved. */
  public boolean ok() {
    return status == GrantStatus.OKAY;
  }
}

package dev.vls.sma;

import dev.vls.vmm.Boundary;

/**
 * Watches a domain's commits: records them, checks them, streams them. Called on the domain's
 * thread, in order.
 */
public interface CommitObserver {
  /**
   * Called after an event is committed and before the machine runs on.
   *
   * @param at the instant
   * @param event what was committed
   */
  void committed(Boundary at, Answer.Delivery event);
}

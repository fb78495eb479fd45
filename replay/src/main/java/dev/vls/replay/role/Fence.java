package dev.vls.replay.role;

import dev.vls.sma.HostException;

/**
 * Decides who lives when leader and follower lose sight of each other: one winner per epoch, even
 * when both live (DESIGN 7.4).
 */
public interface Fence {
  /**
   * Tries to win an epoch; at most one caller ever does, and asking again after winning wins again.
   *
   * @param run run and epoch that the loss ends
   * @param who names the caller for people
   * @return whether the caller has won and may go on alone
   * @throws HostException if it cannot be found out; then nobody may go on
   */
  boolean win(FencedRun run, String who) throws HostException;
}

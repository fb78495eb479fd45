package dev.vls.vmm.engine;

/** What executes instructions that need no call, until there is one that does. */
interface Dispatch {
  /** Why it ended: the steps are executed, or as many as are executed at once. */
  int SPENT = 0;

  /** Why it ended: the next instruction, {@link DispatchState#slot}, needs a call. */
  int SLOW = 1;

  /** Why it ended: a jump has reached a hot address, where {@code state} is now. */
  int HOT = 2;

  /**
   * Executes some of the steps that are left, from where {@code state} is.
   *
   * @param counted -1 where what is executed counts as heat, 0 where not
   * @return why it ended
   */
  int run(DispatchState state, int counted);
}

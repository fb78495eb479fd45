package dev.vls.replay.cli;

/**
 * Exit codes of the command: a contract that scripts rely on.
 *
 * <p>A process that a signal ends has 128 + its number instead, 130 after SIGINT and 143 after
 * SIGTERM, also where {@link OrderlyStop} has completed everything before.
 */
public final class ExitCode {
  /** The guest powered off cleanly; for a replay, all digests were equal. */
  public static final int OK = 0;

  /** The guest reported a failure. */
  public static final int GUEST_FAILURE = 1;

  /** A replay, or a follower, differed from what was recorded. */
  public static final int DIVERGENCE = 3;

  /** The log is damaged or cut; what was recovered is said on standard error. */
  public static final int LOG_DAMAGED = 4;

  /** A file, a port, a peer or the memory of the host failed. */
  public static final int HOST_ERROR = 5;

  /** The command line is wrong. */
  public static final int USAGE = 64;

  /** A bug in VLS; never the answer to any input. */
  public static final int INTERNAL = 70;

  private ExitCode() {}
}

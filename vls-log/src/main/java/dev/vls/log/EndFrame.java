package dev.vls.log;

import java.util.Objects;

/**
 * How a run ended.
 *
 * @param position where; not before the last event
 * @param reason why
 * @param exitCode what the guest said, an unsigned 32-bit number; 0 for success
 * @param digests of the final state
 * @param outputBytes bytes that left through the output gate; never negative
 */
public record EndFrame(
    LogPosition position, ExitReason reason, int exitCode, FinalDigests digests, long outputBytes) {
  /** Checks the count. */
  public EndFrame {
    Objects.requireNonNull(position, "position");
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(digests, "digests");
    if (outputBytes < 0) {
      throw new IllegalArgumentException("output bytes " + outputBytes + " is negative");
    }
  }

  /** Why a run ended; {@code vls.proto} gives the codes. */
  public enum ExitReason {
    /** The guest powered off. */
    POWERED_OFF,
    /** The guest said that it failed. */
    FAILED,
    /** The user stopped it. */
    STOPPED,
    /** The guest asked for a restart. */
    REBOOT,
    /** The guest said that it crashed. */
    CRASHED
  }

  /**
   * SHA-256 of the final state; {@link Sha256#NONE} where it was not taken.
   *
   * @param registers of all harts' registers
   * @param ram of RAM
   * @param output of everything that left through the output gate
   */
  public record FinalDigests(Sha256 registers, Sha256 ram, Sha256 output) {
    /** Nothing was taken. */
    public static final FinalDigests NONE = new FinalDigests(Sha256.NONE, Sha256.NONE, Sha256.NONE);

    /** Checks that all are given. */
    public FinalDigests {
      Objects.requireNonNull(registers, "registers");
      Objects.requireNonNull(ram, "ram");
      Objects.requireNonNull(output, "output");
    }
  }
}

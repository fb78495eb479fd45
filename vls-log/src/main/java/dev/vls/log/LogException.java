package dev.vls.log;

import java.io.IOException;

/**
 * A log, or a peer, cannot be used. The message is one sentence for the user: what was expected,
 * what was found, where, and what to do next. Nothing else escapes from reading hostile bytes
 * (DESIGN R6).
 */
public final class LogException extends IOException {
  private static final long serialVersionUID = 1;

  private final Kind kind;

  /** Why. */
  public enum Kind {
    /** Bytes have changed since they were written, or do not mean anything. */
    DAMAGED,
    /** The log stops before its end, and the caller asked for all of it. */
    CUT,
    /** Written in a version that this program does not read. */
    UNKNOWN_VERSION,
    /** Needs a feature that this program does not have; the message names it. */
    UNKNOWN_FEATURE,
    /** The directory holds no log. */
    NOT_A_LOG,
    /** A directory to be created is there already. */
    EXISTS,
    /** The file system, or the network, failed. */
    IO,
    /** The two ends of a stream do not agree; the message names what differs. */
    MISMATCH,
    /** The peer broke the protocol, or is none. */
    PROTOCOL,
    /** The peer is gone. */
    PEER_LOST
  }

  /** Creates one without a cause. */
  public LogException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** Creates one with what made it necessary. */
  public LogException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** Returns why. */
  public Kind kind() {
    return kind;
  }
}

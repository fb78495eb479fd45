package dev.vls.log.wire;

import dev.vls.log.LogException;
import java.util.Objects;

/**
 * Why a stream is over.
 *
 * @param kind what it means for the roles
 * @param detail one sentence for the user
 */
public record Closure(Kind kind, String detail) {
  /** What the end of a stream means. */
  public enum Kind {
    /** The peer said that it leaves: nobody takes over. */
    ORDERLY_END,
    /** The peer is gone: closed without a word, or silent. */
    PEER_LOST,
    /** The peer broke the protocol and was dropped. */
    PROTOCOL,
    /** The two ends do not run the same machine; the detail names every difference. */
    MISMATCH,
    /** This side closed the stream. */
    CLOSED_HERE
  }

  /** Checks that both are given. */
  public Closure {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(detail, "detail");
  }

  static Closure of(Throwable cause) {
    if (cause instanceof LogException e) {
      return switch (e.kind()) {
        case PEER_LOST, IO -> new Closure(Kind.PEER_LOST, e.getMessage());
        case MISMATCH -> new Closure(Kind.MISMATCH, e.getMessage());
        default -> new Closure(Kind.PROTOCOL, e.getMessage());
      };
    }
    return new Closure(Kind.PEER_LOST, "the connection failed: " + cause);
  }

  LogException asException() {
    return switch (kind) {
      case MISMATCH -> new LogException(LogException.Kind.MISMATCH, detail);
      case PROTOCOL ->
          new LogException(LogException.Kind.PROTOCOL, "the stream is over: " + detail);
      case ORDERLY_END, PEER_LOST, CLOSED_HERE ->
          new LogException(LogException.Kind.PEER_LOST, "the stream is over: " + detail);
    };
  }
}

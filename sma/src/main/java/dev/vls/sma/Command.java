package dev.vls.sma;

import java.util.Objects;

/** One command of an SMA program (DESIGN section 3). */
public sealed interface Command {

  /**
   * Sets the destination of the commands that follow to a granted page; checked here and again at
   * commit.
   */
  record TargetGrant(Grant grant) implements Command {
    /** Refuses a grant that cannot be stored to. */
    public TargetGrant {
      if (!grant.writable()) {
        throw new IllegalArgumentException("grant " + grant.ref() + " is read-only");
      }
    }
  }

  /** Sets the destination to a machine frame that the channel's port has opened to its back-end. */
  record TargetFrame(int frame) implements Command {}

  /**
   * Stores {@code bytes} at {@code offset} of the target; the array belongs to the command from
   * here on.
   */
  record Copy(int offset, byte[] bytes) implements Command {
    /** Checks the range. */
    public Copy {
      Objects.requireNonNull(bytes, "bytes");
      Ranges.check(offset, bytes.length);
    }
  }

  /**
   * Stores the low {@code length} bytes of {@code value}, little-endian, at {@code offset} of the
   * target.
   */
  record Write(int offset, int length, long value) implements Command {
    /** Checks the range. */
    public Write {
      if (length < 1 || length > Long.BYTES) {
        throw new IllegalArgumentException("write of " + length + " bytes: expected 1 to 8");
      }
      Ranges.check(offset, length);
    }
  }

  /** Writes nothing: reads the range that was written directly, for the log (sampled mode). */
  record Sample(int offset, int length) implements Command {
    /** Checks the range. */
    public Sample {
      Ranges.check(offset, length);
    }
  }
}

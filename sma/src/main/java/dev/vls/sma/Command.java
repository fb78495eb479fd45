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

  /**
   * Sets the destination to a stretch of a page that the channel's port has lent; the commands that
   * follow must stay inside.
   */
  record TargetLoan(Loan loan) implements Command {}

  /** Sets the destination to a machine frame that the channel's port has opened to its back-end. */
  record TargetFrame(int frame) implements Command {}

  /** A command that fixes bytes of the target. */
  sealed interface Store extends Command {
    /** Returns the first byte's offset in the page. */
    int offset();

    /** Returns how many bytes, all inside the page. */
    int length();
  }

  /**
   * Stores {@code bytes} at {@code offset} of the target; the array belongs to the command from
   * here on.
   */
  record Copy(int offset, byte[] bytes) implements Store {
    /** Checks the range. */
    public Copy {
      Objects.requireNonNull(bytes, "bytes");
      Ranges.check(offset, bytes.length);
    }

    @Override
    public int length() {
      return bytes.length;
    }
  }

  /**
   * Stores the low {@code length} bytes of {@code value}, little-endian, at {@code offset} of the
   * target.
   */
  record Write(int offset, int length, long value) implements Store {
    /** Checks the range. */
    public Write {
      if (length < 1 || length > Long.BYTES) {
        throw new IllegalArgumentException("write of " + length + " bytes: expected 1 to 8");
      }
      Ranges.check(offset, length);
    }
  }

  /** Writes nothing: reads the range that was written directly, for the log (sampled mode). */
  record Sample(int offset, int length) implements Store {
    /** Checks the range. */
    public Sample {
      Ranges.check(offset, length);
    }
  }
}

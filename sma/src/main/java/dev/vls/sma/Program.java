package dev.vls.sma;

import java.util.ArrayList;
import java.util.List;

/**
 * An SMA program under construction: what one flush of a channel changes, all of it or nothing
 * (DESIGN section 3).
 *
 * <p>Built by one thread, then given to {@link Channel#push} or {@link Channel#hold} and not
 * touched again.
 */
public final class Program {
  private final List<Command> commands = new ArrayList<>();
  private boolean targeted;

  /** Creates an empty program. */
  public Program() {}

  /**
   * Directs the following commands to a page of the guest; throws {@link IllegalArgumentException}
   * if it is read-only.
   */
  public Program target(Target target) {
    commands.add(
        switch (target) {
          case Grant grant -> new Command.TargetGrant(grant);
          case Loan loan -> new Command.TargetLoan(loan);
        });
    targeted = true;
    return this;
  }

  /** Directs the following commands to a machine frame that the port has opened to its back-end. */
  public Program target(int frame) {
    commands.add(new Command.TargetFrame(frame));
    targeted = true;
    return this;
  }

  /**
   * Stores {@code length} bytes of the back-end's private page at the same offset of the target;
   * the bytes are copied now.
   */
  public Program copy(byte[] page, int offset, int length) {
    byte[] bytes = new byte[length];
    System.arraycopy(page, offset, bytes, 0, length);
    return store(offset, bytes);
  }

  /**
   * Stores {@code bytes} at {@code offset} of the target; the array belongs to the program from
   * here on.
   */
  public Program store(int offset, byte[] bytes) {
    return add(new Command.Copy(offset, bytes));
  }

  /**
   * Stores the low {@code length} (1 to 8) bytes of {@code value}, little-endian, at {@code offset}
   * of the target.
   */
  public Program write(int offset, int length, long value) {
    return add(new Command.Write(offset, length, value));
  }

  /** Reads a range that was written directly, for the log; sampled mode. */
  public Program sample(int offset, int length) {
    return add(new Command.Sample(offset, length));
  }

  /** Returns the commands so far. */
  public List<Command> commands() {
    return List.copyOf(commands);
  }

  private Program add(Command command) {
    if (!targeted) {
      throw new IllegalStateException("a program stores before it names a target");
    }
    commands.add(command);
    return this;
  }
}

package dev.vls.vmm.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Where an engine is, for profilers outside: written by the domain's thread whenever it turns to
 * other code, read by any thread. No part of the machine's state.
 *
 * <p>One opaque store at each turn, which is a plain one in the processor. Guest addresses are
 * even, so the lowest bit has room for the tier; one word, so that address and tier belong
 * together.
 */
public final class Whereabouts {
  /** No guest code is being executed. */
  public static final long OUTSIDE = 1L << 63 | 1;

  private static final VarHandle WORD;
  private static final long TRANSLATED = 1;

  static {
    try {
      WORD = MethodHandles.lookup().findVarHandle(Whereabouts.class, "word", long.class);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("the field does not exist", e);
    }
  }

  @SuppressWarnings("UnusedVariable") // by WORD
  private long word = OUTSIDE;

  Whereabouts() {}

  /** Interprets from {@code pc} on. */
  public void interpreting(long pc) {
    WORD.setOpaque(this, pc);
  }

  /** Runs translated code that was entered at {@code pc}. */
  public void translated(long pc) {
    WORD.setOpaque(this, pc | TRANSLATED);
  }

  /** Executes nothing. */
  void outside() {
    WORD.setOpaque(this, OUTSIDE);
  }

  /** Returns {@link #OUTSIDE}, or a word for the other methods. Any thread. */
  public long word() {
    return (long) WORD.getOpaque(this);
  }

  /** Returns the guest address at which the engine turned to the code that it is in. */
  public static long pc(long word) {
    return word & ~TRANSLATED;
  }

  /** Returns whether that code is translated. */
  public static boolean isTranslated(long word) {
    return (word & TRANSLATED) != 0;
  }
}

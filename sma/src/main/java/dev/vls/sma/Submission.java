package dev.vls.sma;

import dev.vls.vmm.xen.Access;
import java.util.function.Consumer;

/** What a back-end, or whoever wakes the domain, asks of the domain's thread. */
sealed interface Submission {
  /** Wakes a waiting domain and does nothing else. */
  Submission WAKE = new Wake();

  /** How a program is flushed. */
  enum Flush {
    PUSH,
    POLL
  }

  /** What is done to a grant entry by mutual exclusion. */
  enum Use {
    PIN,
    UNPIN
  }

  /** A program on its way to its commit. */
  record Flushed(
      Attachment attachment, Program program, Flush flush, Consumer<ProgramResult> result)
      implements Submission {
    /** Tells the back-end; a receiver that throws has failed. */
    void report(ProgramResult what) {
      attachment.guarded(() -> result.accept(what));
    }

    /** Returns the same program, to be flushed by notification. */
    Flushed pushed() {
      return new Flushed(attachment, program, Flush.PUSH, result);
    }
  }

  /** A change of a grant entry's status. */
  record Exclusion(
      Attachment attachment, Use use, int ref, Access access, Consumer<PinResult> result)
      implements Submission {
    /** Returns the unpin of what a back-end has left behind. */
    static Exclusion left(Attachment attachment, int ref, Access access) {
      return new Exclusion(attachment, Use.UNPIN, ref, access, result -> {});
    }

    /** Tells the back-end; a receiver that throws has failed. */
    void report(PinResult what) {
      attachment.guarded(() -> result.accept(what));
    }
  }

  /** Something that a person or a tool says about the next instant. */
  record Remark(String text) implements Submission {}

  /** See {@link Submission#WAKE}. */
  record Wake() implements Submission {}
}

package dev.vls.sma;

import java.util.function.Consumer;

/** A flushed program on its way to the domain's thread. */
record Submission(
    PortBinding binding,
    int attachment,
    Program program,
    Flush flush,
    Consumer<ProgramResult> result) {
  /** Wakes a waiting domain and does nothing else. */
  static final Submission WAKE = new Submission(null, 0, null, Flush.PUSH, null);

  enum Flush {
    PUSH,
    POLL
  }
}

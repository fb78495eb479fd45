package dev.vls.drivers.ring;

import dev.vls.sma.Loan;
import dev.vls.sma.Program;
import dev.vls.vmm.StateSink;

/**
 * Names a request that a port has passed on, and is how a back-end says that it is done. Immutable;
 * any thread.
 *
 * @param frame the port's completion page
 * @param slot the request's slot in it
 * @param seq the request's number, from 1
 */
public record Ticket(int frame, int slot, long seq) {
  /** Longest result in bytes. */
  public static final int RESULT_BYTES = CompletionLayout.RESULT_BYTES;

  /**
   * Adds to a program that the request is done: commit the program, data and all, and the port
   * answers the guest at the same instant.
   *
   * @param result what the port's {@link RingDevice#response} is given, at most {@link
   *     #RESULT_BYTES}
   * @return the program
   */
  public Program complete(Program program, byte[] result) {
    if (result.length > RESULT_BYTES) {
      throw new IllegalArgumentException("a result of " + result.length + " bytes");
    }
    int offset = slot * CompletionLayout.SLOT_BYTES;
    program
        .target(new Loan(seq, frame, offset, CompletionLayout.SLOT_BYTES))
        .write(offset + CompletionLayout.SEQ_OFFSET, Long.BYTES, seq);
    return result.length == 0
        ? program
        : program.store(offset + CompletionLayout.RESULT_OFFSET, result.clone());
  }

  /** Writes what the ticket says; for the digests of messages. */
  public void digest(StateSink sink) {
    sink.word(slot);
    sink.word(seq);
  }
}

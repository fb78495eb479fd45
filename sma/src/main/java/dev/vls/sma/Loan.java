package dev.vls.sma;

import dev.vls.vmm.StateSink;

/**
 * A stretch of one page of the guest's memory that a port lends to its back-end until the request
 * that named it is done or forgotten ({@link PortContext#lend}): for guests that grant by giving
 * addresses, such as virtio's.
 *
 * @param number the loan's, never used again by its port; several stretches may share one
 * @param frame machine frame
 * @param offset first byte
 * @param length how many
 */
public record Loan(long number, int frame, int offset, int length) implements Target {
  /** Checks that the stretch lies inside a frame. */
  public Loan {
    Ranges.check(offset, length);
  }

  @Override
  public boolean writable() {
    return true;
  }

  /** Returns whether a store stays inside the stretch. */
  boolean covers(int from, int count) {
    return from >= offset && count <= length && from - offset <= length - count;
  }

  @Override
  public void digest(StateSink sink) {
    sink.word(number);
    sink.word(frame);
    sink.word(offset);
    sink.word(length);
  }
}

package dev.vls.vmm;

/**
 * Receives the complete state of a component inside the boundary, field by field in a fixed order.
 *
 * <p>What is written here is what a state digest covers and what a checkpoint stores: everything
 * that can influence the guest's future, and nothing else (no caches, no counters, no host
 * addresses).
 */
public interface StateSink {
  /** Writes one 64-bit value. */
  void word(long value);

  /** Writes a flag as the word 0 or 1. */
  default void flag(boolean value) {
    word(value ? 1 : 0);
  }

  /** Writes {@code length} bytes; the length is not written. */
  void bytes(byte[] source, int offset, int length);

  /** Writes the length as a word, then the bytes. */
  default void block(byte[] source) {
    word(source.length);
    bytes(source, 0, source.length);
  }

  /** Something inside the boundary that has state. */
  interface Stateful {
    /** Writes the component's state; the same state always gives the same words. */
    void save(StateSink sink);
  }
}

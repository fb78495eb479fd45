package dev.vls.vmm;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 of inside state or output, for comparisons that have to stand up to anybody. */
public final class StrongHash implements StateSink {
  private final MessageDigest digest;
  private final byte[] word = new byte[Long.BYTES];

  /** Creates the hash of nothing. */
  public StrongHash() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Returns the hash of everything written so far; more may follow. */
  public byte[] value() {
    try {
      return ((MessageDigest) digest.clone()).digest();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the platform's SHA-256 can be copied", e);
    }
  }

  @Override
  public void word(long value) {
    for (int i = 0; i < Long.BYTES; i++) {
      word[i] = (byte) (value >>> (8 * i));
    }
    digest.update(word);
  }

  @Override
  public void bytes(byte[] source, int offset, int length) {
    digest.update(source, offset, length);
  }
}

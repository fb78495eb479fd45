package dev.vls.vmm;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A fast 64-bit hash of inside state, to notice that two runs differ; no protection against
 * somebody who wants a collision.
 *
 * <p>Each word is mixed in by a multiplication and a shift (the finaliser of MurmurHash3), so every
 * bit of state moves every bit of the value.
 */
public final class StateHash implements StateSink {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long MULTIPLIER = 0xff51_afd7_ed55_8ccdL;
  private static final long SEED = 0x9e37_79b9_7f4a_7c15L;

  private long value = SEED;

  /** Creates the hash of nothing. */
  public StateHash() {}

  /** Returns the hash of everything written so far. */
  public long value() {
    return value;
  }

  @Override
  public void word(long word) {
    value = mix(value ^ word);
  }

  @Override
  public void bytes(byte[] source, int offset, int length) {
    long hash = value;
    int at = offset;
    int end = offset + length;
    for (; at <= end - Long.BYTES; at += Long.BYTES) {
      hash = mix(hash ^ (long) LONG.get(source, at));
    }
    for (; at < end; at++) {
      hash = mix(hash ^ (source[at] & 0xffL));
    }
    value = hash;
  }

  private static long mix(long word) {
    long product = (word ^ (word >>> 32)) * MULTIPLIER;
    return product ^ (product >>> 29);
  }
}

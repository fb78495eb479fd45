package dev.vls.vmm;

import dev.vls.vmm.memory.GuestMemory;

/**
 * A digest of all frames that costs only what has changed: the sum of one hash per frame, where a
 * frame of zeros counts 0.
 *
 * <p>Taking it marks all frames clean, so there is one instance per machine.
 */
final class MemoryDigest {
  private final GuestMemory memory;
  private final long[] hashes;
  private long sum;

  /** Starts with memory that is all zero. */
  MemoryDigest(GuestMemory memory, int maxFrames) {
    this.memory = memory;
    this.hashes = new long[maxFrames];
    memory.cleanAll();
  }

  /** Returns the digest of the present content. */
  long value() {
    boolean changed = false;
    for (int frame = 0; frame < memory.frames(); frame++) {
      if (memory.isDirty(frame)) {
        long hash = hash(frame);
        sum += hash - hashes[frame];
        hashes[frame] = hash;
        changed = true;
      }
    }
    if (changed) {
      memory.cleanAll();
    }
    return sum;
  }

  private long hash(int frame) {
    if (isZero(memory, frame)) {
      return 0;
    }
    StateHash hash = new StateHash();
    hash.word(frame);
    hash.bytes(memory.bytes(), frame << GuestMemory.FRAME_SHIFT, GuestMemory.FRAME_BYTES);
    return hash.value();
  }

  static boolean isZero(GuestMemory memory, int frame) {
    for (int offset = 0; offset < GuestMemory.FRAME_BYTES; offset += Long.BYTES) {
      if (memory.i64(frame, offset) != 0) {
        return false;
      }
    }
    return true;
  }
}

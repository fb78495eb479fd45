package dev.vls.vmm;

import dev.vls.vmm.memory.GuestMemory;

/**
 * A digest of all frames that costs only what has changed: the sum of one hash per frame, where a
 * frame of zeros counts 0.
 *
 * <p>Taking it marks all frames clean, so there is one instance per machine.
 */
final class MemoryDigest {
  private static final int SCANNED = 512;

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
    int frames = memory.frames();
    for (int first = 0; first < frames; first += SCANNED) {
      changed |= update(first, Math.min(frames, first + SCANNED));
    }
    if (changed) {
      memory.cleanAll();
    }
    return sum;
  }

  /** A method of its own, called often: HotSpot is told not to compile in the middle of a loop. */
  private boolean update(int first, int end) {
    boolean changed = false;
    int frame = memory.firstDirty(first, end);
    while (frame < end) {
      long hash = hash(frame);
      sum += hash - hashes[frame];
      hashes[frame] = hash;
      changed = true;
      frame = memory.firstDirty(frame + 1, end);
    }
    return changed;
  }

  private long hash(int frame) {
    if (memory.isZero(frame)) {
      return 0;
    }
    StateHash hash = new StateHash();
    hash.word(frame);
    hash.bytes(memory.bytes(), frame << GuestMemory.FRAME_SHIFT, GuestMemory.FRAME_BYTES);
    return hash.value();
  }
}

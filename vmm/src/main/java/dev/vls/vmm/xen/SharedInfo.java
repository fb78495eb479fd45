package dev.vls.vmm.xen;

import dev.vls.vmm.memory.GuestMemory;

/**
 * The VMM's side of {@code shared_info}: the pending and mask bits of the 2-level event channels.
 */
final class SharedInfo {
  private final GuestMemory memory;
  private final int frame;

  /** Allocates the frame and fills in the time. */
  SharedInfo(GuestMemory memory, long bootEpochNs) {
    this.memory = memory;
    this.frame = memory.allocateFrame();
    GuestClock.fill(memory, frame, SharedInfoLayout.VCPU_INFO_OFFSET);
    GuestClock.fillWallClock(memory, frame, bootEpochNs);
  }

  int frame() {
    return frame;
  }

  boolean pending(int port) {
    return bit(SharedInfoLayout.EVTCHN_PENDING_OFFSET, port);
  }

  boolean masked(int port) {
    return bit(SharedInfoLayout.EVTCHN_MASK_OFFSET, port);
  }

  /** Sets the pending bit and returns what it was. */
  boolean testAndSetPending(int port) {
    boolean old = pending(port);
    put(SharedInfoLayout.EVTCHN_PENDING_OFFSET, port, true);
    return old;
  }

  void clearPending(int port) {
    put(SharedInfoLayout.EVTCHN_PENDING_OFFSET, port, false);
  }

  void clearMask(int port) {
    put(SharedInfoLayout.EVTCHN_MASK_OFFSET, port, false);
  }

  private boolean bit(int words, int port) {
    return (memory.i64(frame, words + (port >>> 6) * 8) & 1L << port) != 0;
  }

  private void put(int words, int port, boolean value) {
    int offset = words + (port >>> 6) * 8;
    long old = memory.i64(frame, offset);
    long changed = value ? old | 1L << port : old & ~(1L << port);
    if (changed != old) {
      memory.put64(frame, offset, changed);
    }
  }
}

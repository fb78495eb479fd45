package dev.vls.vmm.hart;

import dev.vls.vmm.memory.GuestMemory;

/**
 * Copies between the VMM and guest-virtual memory with the rights of S-mode; all or nothing, the
 * marks in page-table entries too.
 */
final class VirtualCopy {
  private final Mmu mmu;
  private final GuestMemory memory;

  VirtualCopy(Mmu mmu, GuestMemory memory) {
    this.mmu = mmu;
    this.memory = memory;
  }

  /** Loads in the guest's name with {@link Mmu.Walk#ACCESS}, or looks with CHECK. */
  boolean read(long address, byte[] target, int at, int length, Mmu.Walk walk) {
    if (!accessible(address, length, Access.LOAD)) {
      return false;
    }
    for (int done = 0; done < length; ) {
      long part = address + done;
      int bytes = partLength(part, length - done);
      memory.read(frame(part, Access.LOAD, walk), offset(part), target, at + done, bytes);
      done += bytes;
    }
    return true;
  }

  boolean write(long address, byte[] source, int at, int length) {
    if (!accessible(address, length, Access.STORE)) {
      return false;
    }
    int[] frames = frames(address, length);
    int page = 0;
    for (int done = 0; done < length; page++) {
      long part = address + done;
      int bytes = partLength(part, length - done);
      memory.write(frames[page], offset(part), source, at + done, bytes);
      done += bytes;
    }
    return true;
  }

  private boolean accessible(long address, int length, Access access) {
    for (int done = 0; done < length; ) {
      long part = address + done;
      if (frame(part, access, Mmu.Walk.CHECK) == GuestMemory.NO_FRAME) {
        return false;
      }
      done += partLength(part, length - done);
    }
    return true;
  }

  /** Translates before the first byte is written: the range may hold its own page table. */
  private int[] frames(long address, int length) {
    int[] frames =
        new int[(offset(address) + length + GuestMemory.FRAME_BYTES - 1) / GuestMemory.FRAME_BYTES];
    for (int page = 0; page < frames.length; page++) {
      long part = address + (long) page * GuestMemory.FRAME_BYTES;
      frames[page] = frame(part, Access.STORE, Mmu.Walk.ACCESS);
    }
    return frames;
  }

  private int frame(long address, Access access, Mmu.Walk walk) {
    long physical = mmu.translate(address, access, Privilege.SUPERVISOR, walk);
    return physical == Mmu.FAILED
        ? GuestMemory.NO_FRAME
        : memory.frameOf(physical >>> GuestMemory.FRAME_SHIFT);
  }

  private static int offset(long address) {
    return (int) address & (GuestMemory.FRAME_BYTES - 1);
  }

  private static int partLength(long address, int left) {
    return Math.min(left, GuestMemory.FRAME_BYTES - offset(address));
  }
}

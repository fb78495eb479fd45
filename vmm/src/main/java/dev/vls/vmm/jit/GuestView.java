package dev.vls.vmm.jit;

import dev.vls.vmm.hart.SoftTlb;
import dev.vls.vmm.memory.GuestMemory;

/**
 * What regions of one hart load and store through. Regions keep the arrays in static final fields,
 * so that HotSpot has their addresses and lengths in the code.
 *
 * @param memory all frames, RAM first
 * @param flags of frames; only one with 0 is stored to without paging
 * @param flatMask size of the largest power of two of RAM, less 1: without paging one test finds
 *     that an address is in it, and HotSpot sees that the index is
 * @param loads entries of the soft TLB, see {@link SoftTlb#loads}
 * @param stores likewise
 * @param beyond flags of loads and stores that needed the soft TLB, because what they went to lay
 *     beyond the range of pages, see {@link AddressSet#flags}
 */
record GuestView(
    byte[] memory, byte[] flags, long flatMask, long[] loads, long[] stores, byte[] beyond) {
  static GuestView of(GuestMemory memory, SoftTlb tlb, AddressSet beyond) {
    long ram = (long) memory.ramFrames() << GuestMemory.FRAME_SHIFT;
    return new GuestView(
        memory.bytes(),
        memory.flagBytes(),
        Long.highestOneBit(ram) - 1,
        tlb.loads(),
        tlb.stores(),
        beyond.flags());
  }
}

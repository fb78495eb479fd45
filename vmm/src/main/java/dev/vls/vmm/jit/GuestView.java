package dev.vls.vmm.jit;

import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.memory.GuestMemory;

/**
 * What regions work on. Regions keep the arrays in static final fields, so that HotSpot has their
 * addresses and lengths in the code.
 *
 * @param memory all frames, RAM first
 * @param flags of frames; only one with 0 is stored to without paging
 * @param flatMask size of the largest power of two of RAM, less 1: without paging one test finds
 *     that an address is in it, and HotSpot sees that the index is
 * @param loads entries of the soft TLB, see {@link dev.vls.vmm.hart.SoftTlb#loads}
 * @param stores likewise
 * @param beyond flags of loads and stores that needed the soft TLB, because what they went to lay
 *     beyond the range of pages, see {@link AddressSet#flags}
 * @param x integer registers, for {@code single}
 * @param f FP registers likewise
 * @param single whether there is only one hart: code of several finds registers in the context
 */
record GuestView(
    byte[] memory,
    byte[] flags,
    long flatMask,
    long[] loads,
    long[] stores,
    byte[] beyond,
    long[] x,
    long[] f,
    boolean single) {
  static GuestView of(GuestMemory memory, Hart hart, AddressSet beyond) {
    long ram = (long) memory.ramFrames() << GuestMemory.FRAME_SHIFT;
    return new GuestView(
        memory.bytes(),
        memory.flagBytes(),
        Long.highestOneBit(ram) - 1,
        hart.tlb().loads(),
        hart.tlb().stores(),
        beyond.flags(),
        hart.registers(),
        hart.floats(),
        hart.isAlone());
  }
}

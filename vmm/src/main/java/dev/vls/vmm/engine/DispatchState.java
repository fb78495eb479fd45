package dev.vls.vmm.engine;

import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.hart.SoftTlb;
import dev.vls.vmm.isa.CodeCache;

/** What {@link Dispatch} works on: the arrays of a hart, and where it is. */
final class DispatchState {
  final long[] x;
  final long[] f;
  final byte[] memory;

  /** Decoded code by frame, see {@link CodeCache#pages}. */
  final long[][] pages;

  final long[] fetchTags;
  final int[] fetchFrames;
  final long[] loads;
  final long[] stores;
  final int[] heat;

  /** The code of a page of which nothing is known. */
  final long[] unknown = CodeCache.endsOnly();

  /** Address of the page that is executed. */
  long page;

  /** The next instruction's place on it, in halfwords. */
  int at;

  /** Where the heat of the block is counted that is executed. */
  int block;

  /** The page's decoded code. */
  long[] code = unknown;

  /** The next instruction, after {@link Dispatch#SLOW}. */
  long slot;

  /** How often {@link Dispatch#run} was called. */
  long pieces;

  /** The steps that are left. */
  long left;

  /** Context of loads and stores, see {@link dev.vls.vmm.hart.Mmu#dataContext}. */
  long data;

  /** Context of fetches, see {@link dev.vls.vmm.hart.Mmu#fetchContext}. */
  long fetch;

  boolean floatsDirty;

  /** Checks what {@link RawDispatch} takes for granted: how long the arrays are. */
  DispatchState(Hart hart, CodeCache cache, Heat heat) {
    x = hart.registers();
    f = hart.floats();
    memory = hart.memory().bytes();
    pages = cache.pages();
    fetchTags = hart.tlb().fetchTags();
    fetchFrames = hart.tlb().fetchFrames();
    loads = hart.tlb().loads();
    stores = hart.tlb().stores();
    this.heat = heat.counts();
    if (x.length != 2 * Hart.REGISTERS
        || f.length != Hart.REGISTERS
        || this.heat.length != Heat.SIZE
        || fetchTags.length != SoftTlb.ENTRIES
        || fetchFrames.length != SoftTlb.ENTRIES
        || Math.min(loads.length, stores.length) < 2 * SoftTlb.ENTRIES) {
      throw new IllegalStateException(
          "an array of the hart is shorter than the masks of its indexes");
    }
  }
}

package dev.vls.vmm.hart;

import dev.vls.vmm.memory.GuestMemory;

/**
 * For each translation context one range of pages that lie in memory in one piece, for loads or for
 * stores: translated code compares addresses with it before it looks into the {@link SoftTlb}.
 * Karakostas and others call that a range translation (Redundant Memory Mappings, ISCA 2015).
 *
 * <p>A range has only pages that the soft TLB could have entries for, now; whether it has them does
 * not matter. It is cut where one is dropped.
 */
public final class RangeTlb {
  /** What begins below {@link #limit} lies in the range if it spans so many octets or fewer. */
  public static final int REACH = 256;

  /** Pages that may be looked at for each one that the soft TLB did not know, in the long run. */
  private static final int LOOKS = 8;

  private static final int MOST_LOOKS = 4096;
  private static final int SLOTS = 16;
  private static final int NOTHING = SLOTS; // the index of a range that is always empty
  private static final int NO_CONTEXT = -1;

  private final int[] contexts = new int[SLOTS + 1];
  private final long[] starts = new long[SLOTS + 1];
  private final long[] lengths = new long[SLOTS + 1];
  private final long[] distances = new long[SLOTS + 1];
  private int looks = MOST_LOOKS;
  private int version;

  RangeTlb() {
    clear();
  }

  /** Returns where a context's range is, which may be an empty one. */
  public int find(int context) {
    int slot = slot(context);
    return contexts[slot] == context ? slot : NOTHING;
  }

  private static int slot(int context) {
    return context >>> Mmu.CONTEXT_SHIFT & SLOTS - 1;
  }

  /** Returns a number that differs when any range has changed. */
  public int version() {
    return version;
  }

  /** Returns the first address of the range that {@link #find} has found. */
  public long start(int at) {
    return starts[at];
  }

  /**
   * Returns below which distance from its start accesses may begin that span {@link #REACH} octets;
   * 0 for an empty range.
   */
  public long limit(int at) {
    return Math.max(0, lengths[at] - (REACH - 1));
  }

  /** Returns the index in {@link GuestMemory#bytes} of {@link #start}. */
  public long index(int at) {
    return starts[at] + distances[at];
  }

  /** Returns how far indexes are from addresses. */
  public long distance(int at) {
    return distances[at];
  }

  /** Empties all. */
  void clear() {
    version++;
    for (int slot = 0; slot < SLOTS; slot++) {
      contexts[slot] = NO_CONTEXT;
      lengths[slot] = 0;
    }
  }

  /**
   * Returns whether it is worth looking what lies around a page that the soft TLB did not know.
   * Where memory is in small pieces that would be in vain each time, so it is rationed.
   */
  boolean wants(int context, long page) {
    looks = Math.min(MOST_LOOKS, looks + LOOKS);
    int index = find(context);
    long offset = page - starts[index];
    return looks > 0 && (offset < 0 || offset >= lengths[index]);
  }

  /**
   * Adds pages that were looked at. They and the context's range become one if they touch and lie
   * in one piece; of two the longer one stays.
   */
  void add(int context, long start, long length, long distance) {
    looks -= (int) (length >>> GuestMemory.FRAME_SHIFT);
    int slot = slot(context);
    boolean mine = contexts[slot] == context && lengths[slot] > 0;
    long offset = start - starts[slot];
    if (mine && distances[slot] == distance && offset <= lengths[slot] && offset >= -length) {
      long end = Math.max(lengths[slot], offset + length);
      put(slot, context, starts[slot] + Math.min(0, offset), end - Math.min(0, offset), distance);
    } else if (!mine || lengths[slot] < length) {
      put(slot, context, start, length, distance);
    }
  }

  private void put(int slot, int context, long start, long length, long distance) {
    version++;
    contexts[slot] = context;
    starts[slot] = start;
    lengths[slot] = length;
    distances[slot] = distance;
  }

  /**
   * Drops pages of every context, of what is left of a range the longer part stays; returns whether
   * any range had one.
   */
  boolean drop(long start, long length) {
    boolean found = false;
    for (int slot = 0; slot < SLOTS; slot++) {
      found |= cut(slot, start, length);
    }
    return found;
  }

  /** Drops the pages behind which {@code frame} lies. */
  void dropFrame(int frame) {
    long index = (long) frame << GuestMemory.FRAME_SHIFT;
    for (int slot = 0; slot < SLOTS; slot++) {
      cut(slot, index - distances[slot], GuestMemory.FRAME_BYTES);
    }
  }

  private boolean cut(int slot, long start, long length) {
    long before = start - starts[slot];
    long behind = lengths[slot] - before - length;
    if (before >= lengths[slot] || before + length <= 0) {
      return false;
    }
    version++;
    if (before >= behind) {
      lengths[slot] = Math.max(0, before);
    } else {
      starts[slot] = start + length;
      lengths[slot] = Math.max(0, behind);
    }
    return true;
  }
}

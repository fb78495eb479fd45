package dev.vls.vmm.memory;

/**
 * A page-table entry of Sv39 and Sv48 (privileged spec 12.3, 12.4).
 *
 * <pre>
 * bits    field
 *  0      V valid
 *  1..3   R W X; all 0 in a pointer to the next level
 *  4      U user page
 *  5      G global
 *  6      A accessed
 *  7      D dirty
 *  8..9   for software
 * 10..53  PPN
 * 54..63  reserved (N, PBMT and others): must be 0
 * </pre>
 */
public final class PteLayout {
  /** Size of an entry. */
  public static final int BYTES = 8;

  /** Valid. */
  public static final long V = 1;

  /** Readable. */
  public static final long R = 1 << 1;

  /** Writable. */
  public static final long W = 1 << 2;

  /** Executable. */
  public static final long X = 1 << 3;

  /** User page. */
  public static final long U = 1 << 4;

  /** Global. */
  public static final long G = 1 << 5;

  /** Accessed. */
  public static final long A = 1 << 6;

  /** Dirty. */
  public static final long D = 1 << 7;

  /** Bits that must be 0. */
  public static final long RESERVED = -1L << 54;

  private static final int PPN_SHIFT = 10;

  private PteLayout() {}

  /** Returns the physical page number. */
  public static long ppn(long pte) {
    return pte << 10 >>> 10 + PPN_SHIFT;
  }

  /** Returns an entry that says the same of a page so many pages further on. */
  public static long further(long pte, long pages) {
    return pte + (pages << PPN_SHIFT);
  }

  /** Returns whether the entry is a leaf, if it is valid. */
  public static boolean isLeaf(long pte) {
    return (pte & (R | W | X)) != 0;
  }

  /** Returns whether a translation through this entry can succeed, and so be cached. */
  public static boolean canTranslate(long pte) {
    return (pte & V) != 0 && (!isLeaf(pte) || (pte & A) != 0);
  }
}

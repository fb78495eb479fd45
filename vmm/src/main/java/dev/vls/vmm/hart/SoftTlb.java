package dev.vls.vmm.hart;

import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.memory.PteLayout;
import dev.vls.vmm.memory.TranslationCaches;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Direct-mapped caches of translations, one for each kind of access, that engines look into before
 * they call the {@link LoadStoreUnit}.
 *
 * <p>A tag is {@code page address | context << 3}; the three low bits stay 0, so that a lookup that
 * keeps the low address bits of its width also refuses misaligned addresses. Contexts name
 * everything else that a translation depends on (mode, SUM, MXR, satp): changing mode flushes
 * nothing. Entries never outlive what they were made from, see {@link TranslationCaches}.
 */
public final class SoftTlb implements TranslationCaches {
  /** Entries of each cache; 256 thrashed on large working sets (MEASURED, item 5). */
  public static final int ENTRIES = 1024;

  /** Keeps page number and nothing else of an address. */
  public static final long PAGE_MASK = -4096;

  /** By so many bits an address is shifted to the right for {@link #at}. */
  public static final int AT_SHIFT = GuestMemory.FRAME_SHIFT - 1;

  /** What {@link #at} keeps of it then. */
  public static final int AT_MASK = 2 * (ENTRIES - 1);

  /** Bits of an address within what a last-level table maps. */
  private static final int TABLE_SHIFT = GuestMemory.FRAME_SHIFT + 9;

  private static final int UPPER = 1 << TABLE_SHIFT - 1;
  private static final int DROPS_MASK = UPPER - 1;
  private static final int ENTRIES_OF_A_TABLE = GuestMemory.FRAME_BYTES / PteLayout.BYTES;
  private static final short NOWHERE = -1;
  private static final short ANYWHERE = -2;
  private static final int FETCHED_BITS = 1 << 10;

  /** A tag that no lookup has. */
  private static final long INVALID = -1;

  private final GuestMemory memory;
  private final long[] fetchTags = new long[ENTRIES];
  private final int[] fetchFrames = new int[ENTRIES];
  private final long[] loads = new long[2 * ENTRIES];
  private final long[] stores = new long[2 * ENTRIES];

  /**
   * What was found through frames as page tables since everything was dropped last: for one of the
   * last level the address that it begins at, and {@link #UPPER} for others; the number of the drop
   * in the low bits.
   */
  private final long[] tables;

  /** By frame, where in {@link #stores} there may be a right to store to it. */
  private final short[] storable;

  /** Hashed set of the last-level tables' addresses that were fetched through. */
  private final BitSet fetched = new BitSet(FETCHED_BITS);

  private final RangeTlb loadRanges = new RangeTlb();
  private final RangeTlb storeRanges = new RangeTlb();
  private boolean dropped;
  private int epoch;
  private int drops;

  SoftTlb(GuestMemory memory) {
    this.memory = memory;
    this.tables = new long[memory.bytes().length >>> GuestMemory.FRAME_SHIFT];
    this.storable = new short[tables.length];
    Arrays.fill(storable, NOWHERE);
    dropTranslations();
    memory.attach(this);
  }

  /** Returns the index of the entry for {@code address}. */
  public static int index(long address) {
    return (int) (address >>> GuestMemory.FRAME_SHIFT) & ENTRIES - 1;
  }

  /** Returns where the entry for {@code address} begins in {@link #loads} and {@link #stores}. */
  public static int at(long address) {
    return (int) (address >>> AT_SHIFT) & AT_MASK;
  }

  /** Returns the live tags of fetches. */
  public long[] fetchTags() {
    return fetchTags;
  }

  /** Returns the live machine frames of fetches. */
  public int[] fetchFrames() {
    return fetchFrames;
  }

  /**
   * Returns the live entries of loads: the tag at {@link #at}, behind it what is added to an
   * address of that page to make an index in {@link GuestMemory#bytes}.
   */
  public long[] loads() {
    return loads;
  }

  /** Returns the live entries of stores, in the form of {@link #loads}. */
  public long[] stores() {
    return stores;
  }

  /** Returns ranges of pages that may be loaded from. */
  public RangeTlb loadRanges() {
    return loadRanges;
  }

  /** Returns ranges of pages that may be stored to directly. */
  public RangeTlb storeRanges() {
    return storeRanges;
  }

  /**
   * Returns how often translations were dropped; what was found under another number may be stale.
   */
  public int epoch() {
    return epoch;
  }

  /** Returns whether translations were dropped since the last call. */
  public boolean takeDropped() {
    boolean was = dropped;
    dropped = false;
    return was;
  }

  /** Returns the index in memory of loaded {@code address}, or -1 if its page is not known. */
  int loadIndex(long address, int context) {
    return index(loads, address, context);
  }

  /**
   * Returns the index in memory of stored {@code address}, or -1 if it may not be stored to
   * directly.
   */
  int storeIndex(long address, int context) {
    return index(stores, address, context);
  }

  private static int index(long[] entries, long address, int context) {
    int at = at(address);
    return entries[at] == ((address & PAGE_MASK) | context)
        ? (int) (address + entries[at + 1])
        : -1;
  }

  void installFetch(long address, int context, int frame) {
    fetched.set(fetchedIndex(address));
    int index = index(address);
    fetchTags[index] = (address & PAGE_MASK) | context;
    fetchFrames[index] = frame;
  }

  void installLoad(long address, int context, int frame) {
    install(loads, address, context, frame);
  }

  /** Installs the right to store if nobody watches the frame. */
  void installStore(long address, int context, int frame) {
    if (memory.flags(frame) == 0) {
      install(stores, address, context, frame);
      int at = at(address);
      storable[frame] =
          (short) (storable[frame] == NOWHERE || storable[frame] == at ? at : ANYWHERE);
    }
  }

  private static void install(long[] entries, long address, int context, int frame) {
    int at = at(address);
    entries[at] = (address & PAGE_MASK) | context;
    entries[at + 1] = ((long) frame << GuestMemory.FRAME_SHIFT) - (address & PAGE_MASK);
  }

  /**
   * Takes note that what is installed next lies behind an entry of {@code table}, which maps pages.
   */
  void foundThroughLastLevel(int table, long address) {
    long base = address & -(1L << TABLE_SHIFT) | drops;
    if (tables[table] != base) {
      boolean known = (tables[table] & DROPS_MASK) == drops;
      tables[table] = known ? drops | UPPER : base; // at two addresses: as an upper one
    }
  }

  /** Takes note that what is installed next was found through {@code table}. */
  void foundThroughUpperLevel(int table) {
    tables[table] = drops | UPPER;
  }

  private static int fetchedIndex(long address) {
    return (int) (address >>> TABLE_SHIFT) & FETCHED_BITS - 1;
  }

  @Override
  public void dropCode(int frame, int offset, int length) {
    // holds no code
  }

  @Override
  public void dropTranslations() {
    Arrays.fill(fetchTags, INVALID);
    Arrays.fill(loads, INVALID);
    Arrays.fill(stores, INVALID);
    loadRanges.clear();
    storeRanges.clear();
    fetched.clear();
    dropped = true;
    epoch++;
    drops = drops + 1 & DROPS_MASK;
    if (drops == 0) {
      Arrays.fill(tables, 0);
      drops = 1;
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>A table of the last level keeps being one where a translation of these entries was cached;
   * where none was it may have become something else, and all that is cached of it is dropped.
   */
  @Override
  public boolean dropTranslations(int frame, int offset, int length) {
    long table = tables[frame];
    if ((table & DROPS_MASK) != drops) {
      return false;
    }
    if ((table & UPPER) != 0) {
      dropTranslations();
      return false;
    }
    dropped = true;
    long first = table & -(1L << TABLE_SHIFT);
    if (fetched.get(fetchedIndex(first))) {
      epoch++;
    }
    if (length < GuestMemory.FRAME_BYTES
        && dropPages(first, offset / PteLayout.BYTES, (offset + length - 1) / PteLayout.BYTES)) {
      return true;
    }
    tables[frame] = 0;
    dropPages(first, 0, ENTRIES_OF_A_TABLE - 1);
    return false;
  }

  /** Drops what is cached of pages by their number in a table; returns whether anything was. */
  private boolean dropPages(long first, int from, int to) {
    long lowest = first + ((long) from << GuestMemory.FRAME_SHIFT);
    long highest = first + ((long) to << GuestMemory.FRAME_SHIFT);
    long length = highest + GuestMemory.FRAME_BYTES - lowest;
    boolean found = loadRanges.drop(lowest, length);
    found |= storeRanges.drop(lowest, length);
    for (long page = lowest; page <= highest; page += GuestMemory.FRAME_BYTES) {
      int index = index(page);
      if ((fetchTags[index] & PAGE_MASK) == page) {
        fetchTags[index] = INVALID;
        found = true;
      }
      found |= dropPage(loads, page);
      found |= dropPage(stores, page);
    }
    return found;
  }

  private static boolean dropPage(long[] entries, long page) {
    int at = at(page);
    if ((entries[at] & PAGE_MASK) != page) {
      return false;
    }
    entries[at] = INVALID;
    return true;
  }

  @Override
  public void dropStoreRights(int frame) {
    storeRanges.dropFrame(frame);
    int known = storable[frame];
    storable[frame] = NOWHERE;
    if (known == NOWHERE) {
      return;
    }
    if (known >= 0) {
      dropStoreRight(known, frame);
      return;
    }
    for (int at = 0; at < stores.length; at += 2) {
      dropStoreRight(at, frame);
    }
  }

  private void dropStoreRight(int at, int frame) {
    if ((stores[at] & PAGE_MASK) + stores[at + 1] == (long) frame << GuestMemory.FRAME_SHIFT) {
      stores[at] = INVALID;
    }
  }

  @Override
  public void dropAllStoreRights() {
    Arrays.fill(stores, INVALID);
    storeRanges.clear();
  }
}

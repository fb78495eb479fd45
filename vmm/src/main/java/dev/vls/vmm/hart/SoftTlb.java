package dev.vls.vmm.hart;

import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.memory.TranslationCaches;
import java.util.Arrays;

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

  /** A tag that no lookup has. */
  private static final long INVALID = -1;

  private final GuestMemory memory;
  private final long[] fetchTags = new long[ENTRIES];
  private final long[] loadTags = new long[ENTRIES];
  private final long[] storeTags = new long[ENTRIES];
  private final int[] fetchFrames = new int[ENTRIES];
  private final int[] loadBases = new int[ENTRIES];
  private final int[] storeBases = new int[ENTRIES];
  private boolean dropped;

  SoftTlb(GuestMemory memory) {
    this.memory = memory;
    dropTranslations();
    memory.attach(this);
  }

  /** Returns the index of the entry for {@code address}. */
  public static int index(long address) {
    return (int) (address >>> GuestMemory.FRAME_SHIFT) & ENTRIES - 1;
  }

  /** Returns the live tags of fetches. */
  public long[] fetchTags() {
    return fetchTags;
  }

  /** Returns the live machine frames of fetches. */
  public int[] fetchFrames() {
    return fetchFrames;
  }

  /** Returns the live tags of loads. */
  public long[] loadTags() {
    return loadTags;
  }

  /** Returns the live indices of loaded pages in {@link GuestMemory#bytes}. */
  public int[] loadBases() {
    return loadBases;
  }

  /** Returns the live tags of stores. */
  public long[] storeTags() {
    return storeTags;
  }

  /** Returns the live indices of stored pages in {@link GuestMemory#bytes}. */
  public int[] storeBases() {
    return storeBases;
  }

  /** Returns whether translations were dropped since the last call. */
  public boolean takeDropped() {
    boolean was = dropped;
    dropped = false;
    return was;
  }

  /**
   * Returns the index in memory of the loaded page of {@code address}, or -1 if it is not known.
   */
  int loadBase(long address, int context) {
    int index = index(address);
    return loadTags[index] == ((address & PAGE_MASK) | context) ? loadBases[index] : -1;
  }

  /**
   * Returns the index in memory of the stored page of {@code address}, or -1 if it may not be
   * stored to directly.
   */
  int storeBase(long address, int context) {
    int index = index(address);
    return storeTags[index] == ((address & PAGE_MASK) | context) ? storeBases[index] : -1;
  }

  void installFetch(long address, int context, int frame) {
    int index = index(address);
    fetchTags[index] = (address & PAGE_MASK) | context;
    fetchFrames[index] = frame;
  }

  void installLoad(long address, int context, int frame) {
    int index = index(address);
    loadTags[index] = (address & PAGE_MASK) | context;
    loadBases[index] = frame << GuestMemory.FRAME_SHIFT;
  }

  /** Installs the right to store if nobody watches the frame. */
  void installStore(long address, int context, int frame) {
    if (memory.flags(frame) == 0) {
      int index = index(address);
      storeTags[index] = (address & PAGE_MASK) | context;
      storeBases[index] = frame << GuestMemory.FRAME_SHIFT;
    }
  }

  @Override
  public void dropCode(int frame, int offset, int length) {
    // holds no code
  }

  @Override
  public void dropTranslations() {
    Arrays.fill(fetchTags, INVALID);
    Arrays.fill(loadTags, INVALID);
    Arrays.fill(storeTags, INVALID);
    dropped = true;
  }

  @Override
  public void dropStoreRights(int frame) {
    int base = frame << GuestMemory.FRAME_SHIFT;
    for (int i = 0; i < ENTRIES; i++) {
      if (storeBases[i] == base) {
        storeTags[i] = INVALID;
      }
    }
  }

  @Override
  public void dropAllStoreRights() {
    Arrays.fill(storeTags, INVALID);
  }
}

package dev.vls.vmm.memory;

import dev.vls.vmm.StateExchange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Guest-visible storage: one array of 4 KiB machine frames and the physical map that sends guest
 * frame numbers to them.
 *
 * <p>Frames {@code 0 .. ramFrames()-1} are RAM. The frames behind them belong to the VMM (shared
 * info, grant table, ring pages, time page, device pages) and are handed out by {@link
 * #allocateFrame} in the order of construction, so that their numbers are a function of the
 * machine's configuration.
 *
 * <p>Only the domain's thread may call, except {@link #bytes()} through a grant-checked view in
 * sampled mode.
 */
public final class GuestMemory implements StateExchange.Restorable {
  /** Size of a frame, of a grant and of an ABI page in bytes. */
  public static final int FRAME_BYTES = 4096;

  /** log2 of {@link #FRAME_BYTES}. */
  public static final int FRAME_SHIFT = 12;

  /** Guest-physical address of RAM on the {@code virt} board. */
  public static final long RAM_BASE = 0x8000_0000L;

  /** Largest RAM in bytes: one Java array has to hold it and the VMM's frames. */
  public static final long MAX_RAM_BYTES = 2000L << 20;

  /** Frame flag: code was decoded from the frame. */
  public static final byte CODE = 1;

  /** Frame flag: a cached translation was walked through the frame. */
  public static final byte PAGE_TABLE = 2;

  /** Frame flag: not stored to since {@link #cleanAll}. */
  public static final byte CLEAN = 4;

  private static final long ALL_CLEAN = CLEAN * 0x0101_0101_0101_0101L;

  /** Frames that are looked at in one call. */
  private static final int SCANNED = 512;

  /** Granule in which stores invalidate code, so that data beside code does not. */
  public static final int CODE_GRANULE_BYTES = 64;

  /** What {@link #frameOf} returns for a guest frame that nothing is mapped to. */
  public static final int NO_FRAME = -1;

  private static final byte[] ZEROS = new byte[FRAME_BYTES];
  private static final long RAM_BASE_FRAME = RAM_BASE >>> FRAME_SHIFT;
  private final byte[] store;
  private final byte[] flags;
  private final int ramFrames;
  private final int[] ramMap;
  private final Map<Long, Integer> otherMap = new LinkedHashMap<>();
  private final long[] codeGranules;
  private final FrameListener[] listeners;
  private final List<TranslationCaches> caches = new ArrayList<>();
  private int allocated;
  private boolean flat = true;

  /**
   * Creates zeroed memory with RAM mapped at {@link #RAM_BASE}.
   *
   * @param ramBytes size of RAM, a positive multiple of {@link #FRAME_BYTES} up to {@link
   *     #MAX_RAM_BYTES}
   * @param vmmFrames how many frames the VMM may allocate
   * @throws IllegalArgumentException if a size is out of range
   */
  public GuestMemory(long ramBytes, int vmmFrames) {
    if (ramBytes <= 0 || ramBytes > MAX_RAM_BYTES || ramBytes % FRAME_BYTES != 0) {
      throw new IllegalArgumentException(
          "RAM of " + ramBytes + " bytes: expected a multiple of 4096 up to " + MAX_RAM_BYTES);
    }
    ramFrames = (int) (ramBytes >>> FRAME_SHIFT);
    int frames = Math.addExact(ramFrames, vmmFrames);
    store = new byte[Math.multiplyExact(frames, FRAME_BYTES)];
    flags = new byte[frames];
    codeGranules = new long[frames];
    listeners = new FrameListener[frames];
    ramMap = new int[ramFrames];
    Arrays.setAll(ramMap, frame -> frame);
    allocated = ramFrames;
  }

  /** Returns the number of RAM frames. */
  public int ramFrames() {
    return ramFrames;
  }

  /** Returns the number of frames in use: RAM and what the VMM has allocated. */
  public int frames() {
    return allocated;
  }

  /** Returns whether {@code frame} names RAM or an allocated VMM frame. */
  public boolean isFrame(int frame) {
    return frame >= 0 && frame < allocated;
  }

  /**
   * Allocates the next VMM frame, zeroed and mapped nowhere.
   *
   * @throws IllegalStateException if the configured number is used up
   */
  public int allocateFrame() {
    if (allocated == flags.length) {
      throw new IllegalStateException(
          "all " + (flags.length - ramFrames) + " VMM frames are in use");
    }
    return allocated++;
  }

  /**
   * Sets who is told of commits to {@code frame}, replacing any former listener; null removes it.
   */
  public void listen(int frame, FrameListener listener) {
    listeners[frame] = listener;
  }

  /** Tells the listener of {@code frame}, if there is one, that a commit has changed it. */
  public void committed(int frame) {
    FrameListener listener = listeners[frame];
    if (listener != null) {
      listener.frameCommitted();
    }
  }

  /** Adds an engine's caches to those that follow changes of memory. */
  public void attach(TranslationCaches cache) {
    caches.add(cache);
  }

  /** Returns the engines' caches, for tests that take things out of them. */
  List<TranslationCaches> caches() {
    return caches;
  }

  /** Returns the machine frame behind guest frame {@code gfn}, or {@link #NO_FRAME}. */
  public int frameOf(long gfn) {
    long index = gfn - RAM_BASE_FRAME;
    if (index >= 0 && index < ramFrames) {
      return ramMap[(int) index];
    }
    return otherMap.isEmpty() ? NO_FRAME : otherMap.getOrDefault(gfn, NO_FRAME);
  }

  /**
   * Maps guest frame {@code gfn} to {@code frame}, or to nothing with {@link #NO_FRAME};
   * translations are dropped.
   */
  public void map(long gfn, int frame) {
    long index = gfn - RAM_BASE_FRAME;
    if (index >= 0 && index < ramFrames) {
      ramMap[(int) index] = frame;
      flat = false;
    } else if (frame == NO_FRAME) {
      otherMap.remove(gfn);
    } else {
      otherMap.put(gfn, frame);
    }
    for (TranslationCaches cache : caches) {
      cache.dropTranslations();
    }
  }

  /**
   * Returns whether RAM lies in frames 0, 1, ... in order, as it does until somebody maps
   * otherwise.
   */
  public boolean isFlat() {
    return flat;
  }

  /** Returns the live flags by frame, for engines: see {@link #flags(int)}. */
  @SuppressWarnings("EI_EXPOSE_REP")
  public byte[] flagBytes() {
    return flags;
  }

  /**
   * Returns the storage itself, frame f at index f * 4096: for engines and for grant-checked views
   * only.
   */
  @SuppressWarnings("EI_EXPOSE_REP")
  public byte[] bytes() {
    return store;
  }

  /**
   * Returns the flags of {@code frame}; stores need {@link #beforeStore} first unless this is 0.
   */
  public byte flags(int frame) {
    return flags[frame];
  }

  /**
   * Adds {@code flag} to {@code frame} and takes away the engines' right to store to it directly.
   */
  public void watch(int frame, byte flag) {
    if ((flags[frame] & flag) == 0) {
      flags[frame] |= flag;
      for (TranslationCaches cache : caches) {
        cache.dropStoreRights(frame);
      }
    }
  }

  /** Watches {@code length} bytes of {@code frame} that code was decoded from. */
  public void watchCode(int frame, int offset, int length) {
    codeGranules[frame] |= granules(offset, length);
    watch(frame, CODE);
  }

  /**
   * Marks every frame as not stored to, so that {@link #isDirty} tells what changes from here on.
   */
  public void cleanAll() {
    for (int first = 0; first < allocated; first += SCANNED) {
      clean(first, Math.min(allocated, first + SCANNED));
    }
    for (TranslationCaches cache : caches) {
      cache.dropAllStoreRights();
    }
  }

  /** A method of its own, called often: HotSpot is told not to compile in the middle of a loop. */
  private void clean(int first, int end) {
    for (int frame = first; frame < end; frame++) {
      flags[frame] |= CLEAN;
    }
  }

  /**
   * Returns the first dirty frame from {@code first} on and before {@code end}, or {@code end} if
   * there is none.
   */
  public int firstDirty(int first, int end) {
    int frame = first;
    while (frame + Long.BYTES <= end && (LittleEndian.i64(flags, frame) & ALL_CLEAN) == ALL_CLEAN) {
      frame += Long.BYTES;
    }
    while (frame < end && !isDirty(frame)) {
      frame++;
    }
    return frame;
  }

  /**
   * Returns whether {@code frame} was stored to since the last {@link #cleanAll}, or since it was
   * created.
   */
  public boolean isDirty(int frame) {
    return (flags[frame] & CLEAN) == 0;
  }

  /**
   * Prepares a store of {@code length} bytes at {@code offset} of {@code frame}: marks it dirty and
   * drops what engines cached from the bytes that change. Must precede every store while {@link
   * #flags} is not 0.
   */
  public void beforeStore(int frame, int offset, int length) {
    byte old = flags[frame];
    if (old == 0) {
      return;
    }
    int kept = old & ~CLEAN;
    long code = (old & CODE) != 0 ? codeGranules[frame] & granules(offset, length) : 0;
    if (code != 0) {
      dropCode(frame, code);
      kept = codeGranules[frame] == 0 ? kept & ~CODE : kept;
    }
    if ((old & PAGE_TABLE) != 0 && mayBeCached(frame, offset, length)) {
      boolean more = false;
      for (TranslationCaches cache : caches) {
        more |= cache.dropTranslations(frame, offset, length);
      }
      kept = more ? kept : kept & ~PAGE_TABLE;
    }
    flags[frame] = (byte) kept;
  }

  /**
   * Returns whether engines have cached something that a store of {@code length} bytes at {@code
   * offset} of {@code frame} changes: decoded code or a translation.
   */
  public boolean cached(int frame, int offset, int length) {
    byte watched = flags[frame];
    return ((watched & CODE) != 0 && (codeGranules[frame] & granules(offset, length)) != 0)
        || ((watched & PAGE_TABLE) != 0 && mayBeCached(frame, offset, length));
  }

  /**
   * Prepares {@code frame} like {@link #beforeStore} for stores that were already made past this
   * class: what was cached of the frame cannot be told from its bytes any more, so all of it is
   * dropped.
   */
  public void storedUnseen(int frame) {
    byte old = flags[frame];
    if ((old & CODE) != 0) {
      dropCode(frame, codeGranules[frame]);
    }
    if ((old & PAGE_TABLE) != 0) {
      for (TranslationCaches cache : caches) {
        cache.dropTranslations(frame, 0, FRAME_BYTES);
      }
    }
    flags[frame] = (byte) (old & ~(CLEAN | CODE | PAGE_TABLE));
  }

  private void dropCode(int frame, long granules) {
    codeGranules[frame] &= ~granules;
    for (long left = granules; left != 0; left &= left - 1) {
      int offset = Long.numberOfTrailingZeros(left) * CODE_GRANULE_BYTES;
      for (TranslationCaches cache : caches) {
        cache.dropCode(frame, offset, CODE_GRANULE_BYTES);
      }
    }
  }

  /**
   * Returns whether one of the page-table entries that the bytes touch can translate: others are
   * never cached.
   */
  private boolean mayBeCached(int frame, int offset, int length) {
    int end = offset + length;
    for (int entry = offset & -PteLayout.BYTES; entry < end; entry += PteLayout.BYTES) {
      if (PteLayout.canTranslate(LittleEndian.i64(store, (frame << FRAME_SHIFT) + entry))) {
        return true;
      }
    }
    return false;
  }

  /** Returns the granules that these bytes of a frame touch, by bit. */
  public static long granules(int offset, int length) {
    if (length == 0) {
      return 0;
    }
    int first = offset / CODE_GRANULE_BYTES;
    int last = (offset + length - 1) / CODE_GRANULE_BYTES;
    return (-1L << first) & (-1L >>> (63 - last));
  }

  /** Copies bytes of {@code frame} out; the range must lie inside the frame. */
  public void read(int frame, int offset, byte[] target, int at, int length) {
    System.arraycopy(store, address(frame, offset, length), target, at, length);
  }

  /** Copies bytes into {@code frame}; the range must lie inside the frame. */
  public void write(int frame, int offset, byte[] source, int at, int length) {
    int address = prepare(frame, offset, length);
    System.arraycopy(source, at, store, address, length);
  }

  /** Returns the unsigned byte at {@code offset} of {@code frame}. */
  public int u8(int frame, int offset) {
    return store[address(frame, offset, 1)] & 0xff;
  }

  /** Returns the unsigned little-endian 16-bit value at {@code offset} of {@code frame}. */
  public int u16(int frame, int offset) {
    return LittleEndian.i16(store, address(frame, offset, 2)) & 0xffff;
  }

  /** Returns the little-endian 32-bit value at {@code offset} of {@code frame}. */
  public int i32(int frame, int offset) {
    return LittleEndian.i32(store, address(frame, offset, 4));
  }

  /** Returns the little-endian 64-bit value at {@code offset} of {@code frame}. */
  public long i64(int frame, int offset) {
    return LittleEndian.i64(store, address(frame, offset, 8));
  }

  /** Stores a byte. */
  public void put8(int frame, int offset, int value) {
    int address = prepare(frame, offset, 1);
    store[address] = (byte) value;
  }

  /** Stores a little-endian 16-bit value. */
  public void put16(int frame, int offset, int value) {
    int address = prepare(frame, offset, 2);
    LittleEndian.put16(store, address, (short) value);
  }

  /** Stores a little-endian 32-bit value. */
  public void put32(int frame, int offset, int value) {
    int address = prepare(frame, offset, 4);
    LittleEndian.put32(store, address, value);
  }

  /** Stores a little-endian 64-bit value. */
  public void put64(int frame, int offset, long value) {
    int address = prepare(frame, offset, 8);
    LittleEndian.put64(store, address, value);
  }

  /** Returns whether every byte of {@code frame} is 0. */
  public boolean isZero(int frame) {
    int start = frame << FRAME_SHIFT;
    return Arrays.equals(store, start, start + FRAME_BYTES, ZEROS, 0, FRAME_BYTES);
  }

  /** Passes the content of all frames in use; the physical map is its owner's. */
  @Override
  public void exchange(StateExchange exchange) {
    exchange.same(allocated);
    exchange.entries(
        allocated,
        frame -> !isZero(frame),
        this::clear,
        frame -> exchange.bytes(store, frame << FRAME_SHIFT, FRAME_BYTES));
    if (exchange.restores()) {
      for (TranslationCaches cache : caches) {
        cache.dropTranslations();
      }
    }
  }

  private void clear(int frame) {
    storedUnseen(frame);
    if (!isZero(frame)) { // of a new machine all are: reading is cheaper than writing
      System.arraycopy(ZEROS, 0, store, frame << FRAME_SHIFT, FRAME_BYTES);
    }
  }

  private int prepare(int frame, int offset, int length) {
    int address = address(frame, offset, length);
    beforeStore(frame, offset, length);
    for (TranslationCaches cache : caches) {
      cache.storedFromOutside(frame);
    }
    return address;
  }

  private int address(int frame, int offset, int length) {
    if (!isFrame(frame) || offset < 0 || length < 0 || offset > FRAME_BYTES - length) {
      throw new IndexOutOfBoundsException(
          length + " bytes at offset " + offset + " of frame " + frame + " of " + allocated);
    }
    return (frame << FRAME_SHIFT) + offset;
  }
}

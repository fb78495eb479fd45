package dev.vls.vmm.xen;

import dev.vls.vmm.StateException;
import dev.vls.vmm.StateExchange;
import dev.vls.vmm.memory.GuestMemory;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;

/**
 * The guest's physical map with what the ABI needs to know of it: the kind of every guest frame,
 * which RAM frames no guest frame shows, and which of them someone still uses.
 *
 * <p>A RAM frame that the guest gives up (balloon, or a mapping put in its place) becomes free and
 * is handed out again, zeroed, once no pin or registration holds it (race G8).
 */
final class PhysicalMap implements StateExchange.Restorable {
  /** Guest frame numbers are below this: the 56-bit physical addresses of RV64. */
  static final long GFN_LIMIT = 1L << 44;

  private static final long RAM_BASE_GFN = GuestMemory.RAM_BASE >>> GuestMemory.FRAME_SHIFT;

  /** Bound on what a saved state may have; a guest maps few frames outside RAM. */
  private static final int MAX_OTHERS = 1 << 20;

  private final GuestMemory memory;
  private final byte[] ramKinds;
  private final TreeMap<Long, FrameKind> otherKinds = new TreeMap<>();
  private final TreeMap<Integer, Long> places = new TreeMap<>();
  private final BitSet free = new BitSet();
  private final BitSet available = new BitSet();
  private final int[] holds;
  private boolean ramTouched;
  private long highestGfn;
  private int populated;

  /** Starts with all RAM populated and nothing else mapped. */
  PhysicalMap(GuestMemory memory) {
    this.memory = memory;
    ramKinds = new byte[memory.ramFrames()];
    Arrays.fill(ramKinds, FrameKind.RAM.code());
    holds = new int[memory.ramFrames()];
    highestGfn = RAM_BASE_GFN + memory.ramFrames() - 1;
    populated = memory.ramFrames();
  }

  FrameKind kindOf(long gfn) {
    return isRamRange(gfn)
        ? FrameKind.of(ramKinds[(int) (gfn - RAM_BASE_GFN)])
        : otherKinds.getOrDefault(gfn, FrameKind.HOLE);
  }

  /**
   * Returns the machine frame behind {@code gfn}, {@link GuestMemory#NO_FRAME} if there is none or
   * it is not in range.
   */
  int frameOf(long gfn) {
    return kindOf(gfn) == FrameKind.HOLE ? GuestMemory.NO_FRAME : memory.frameOf(gfn);
  }

  /**
   * Returns the machine frame behind {@code gfn} if the guest owns it, else {@link
   * GuestMemory#NO_FRAME}.
   */
  int ownFrameOf(long gfn) {
    return kindOf(gfn).grantable() ? memory.frameOf(gfn) : GuestMemory.NO_FRAME;
  }

  /** Returns where a frame of shared info or of the grant table is mapped, -1 if nowhere. */
  long placeOf(int frame) {
    return places.getOrDefault(frame, -1L);
  }

  /**
   * Puts {@code frame} at {@code gfn}, which is below {@link #GFN_LIMIT}, in place of whatever was
   * there.
   */
  void map(long gfn, FrameKind kind, int frame) {
    forget(gfn);
    setKind(gfn, kind);
    if (kind == FrameKind.RAM) {
      populated++;
      free.clear(frame);
      available.clear(frame);
    } else if (kind == FrameKind.SHARED_INFO || kind == FrameKind.GRANT_TABLE) {
      places.put(frame, gfn);
    }
    highestGfn = Math.max(highestGfn, gfn);
    memory.map(gfn, frame);
  }

  /** Leaves a hole at {@code gfn}. */
  void unmap(long gfn) {
    if (kindOf(gfn) != FrameKind.HOLE) {
      forget(gfn);
      setKind(gfn, FrameKind.HOLE);
      memory.map(gfn, GuestMemory.NO_FRAME);
    }
  }

  /** Puts free RAM frames, zeroed, at {@code gfn} and behind; false if there are too few. */
  boolean populate(long gfn, int pages) {
    if (available.cardinality() < pages) {
      return false;
    }
    for (int i = 0; i < pages; i++) {
      int frame = available.nextSetBit(0);
      memory.write(frame, 0, new byte[GuestMemory.FRAME_BYTES], 0, GuestMemory.FRAME_BYTES);
      map(gfn + i, FrameKind.RAM, frame);
    }
    return true;
  }

  /** Keeps {@code frame} from being handed out again. */
  void hold(int frame) {
    if (frame < holds.length) {
      holds[frame]++;
      available.clear(frame);
    }
  }

  /** Takes one {@link #hold} back. */
  void release(int frame) {
    if (frame < holds.length) {
      holds[frame]--;
      offer(frame);
    }
  }

  /** Returns how many guest frames show own RAM. */
  int populated() {
    return populated;
  }

  /** Returns the highest guest frame number that was ever mapped. */
  long highestGfn() {
    return highestGfn;
  }

  @Override
  public void exchange(StateExchange exchange) {
    highestGfn = exchange.word(highestGfn);
    populated = exchange.number(populated, 0, ramKinds.length);
    List<Long> others = List.copyOf(otherKinds.keySet());
    exchangeRam(exchange);
    int count = exchange.number(others.size(), 0, MAX_OTHERS);
    if (exchange.restores()) {
      others.forEach(gfn -> place(gfn, FrameKind.HOLE, GuestMemory.NO_FRAME));
    }
    for (int i = 0; i < count; i++) {
      long gfn = exchange.word(exchange.restores() ? 0 : others.get(i));
      if (isRamRange(gfn) || gfn < 0 || gfn >= GFN_LIMIT) {
        throw new StateException("the saved state maps what cannot be mapped");
      }
      exchangeEntry(exchange, gfn);
    }
  }

  /** Passes the frames of the RAM range that are not as at the start, and then an end mark. */
  private void exchangeRam(StateExchange exchange) {
    exchange.entries(
        RAM_BASE_GFN,
        ramKinds.length,
        i -> ramTouched && !isAsAtTheStart(i),
        i -> {
          if (!isAsAtTheStart(i)) {
            place(RAM_BASE_GFN + i, FrameKind.RAM, i);
          }
        },
        i -> exchangeEntry(exchange, RAM_BASE_GFN + i));
  }

  private boolean isAsAtTheStart(int i) {
    return ramKinds[i] == FrameKind.RAM.code() && memory.frameOf(RAM_BASE_GFN + i) == i;
  }

  private void exchangeEntry(StateExchange exchange, long gfn) {
    FrameKind kind = exchange.choice(kindOf(gfn), FrameKind.values());
    int frame = exchange.number(memory.frameOf(gfn), GuestMemory.NO_FRAME, memory.frames() - 1);
    if (exchange.restores()) {
      place(gfn, kind, frame);
    }
  }

  private void place(long gfn, FrameKind kind, int frame) {
    setKind(gfn, kind);
    memory.map(gfn, kind == FrameKind.HOLE ? GuestMemory.NO_FRAME : frame);
  }

  /** Derives what nobody saves, but for the holds: which frames no guest frame shows, and where. */
  void restored() {
    Arrays.fill(holds, 0);
    places.clear();
    free.set(0, ramKinds.length);
    for (int i = 0; i < ramKinds.length; i++) {
      note(RAM_BASE_GFN + i, FrameKind.of(ramKinds[i]));
    }
    otherKinds.forEach(this::note);
    available.clear();
    available.or(free);
  }

  private void note(long gfn, FrameKind kind) {
    if (kind == FrameKind.RAM) {
      free.clear(memory.frameOf(gfn));
    } else if (kind == FrameKind.SHARED_INFO || kind == FrameKind.GRANT_TABLE) {
      places.put(memory.frameOf(gfn), gfn);
    }
  }

  private void forget(long gfn) {
    FrameKind kind = kindOf(gfn);
    if (kind == FrameKind.RAM) {
      int frame = memory.frameOf(gfn);
      populated--;
      free.set(frame);
      offer(frame);
    } else if (kind == FrameKind.SHARED_INFO || kind == FrameKind.GRANT_TABLE) {
      places.remove(memory.frameOf(gfn));
    }
  }

  private void offer(int frame) {
    if (free.get(frame) && holds[frame] == 0) {
      available.set(frame);
    }
  }

  private void setKind(long gfn, FrameKind kind) {
    if (isRamRange(gfn)) {
      ramTouched = true;
      ramKinds[(int) (gfn - RAM_BASE_GFN)] = kind.code();
    } else if (kind == FrameKind.HOLE) {
      otherKinds.remove(gfn);
    } else {
      otherKinds.put(gfn, kind);
    }
  }

  private boolean isRamRange(long gfn) {
    return gfn >= RAM_BASE_GFN && gfn < RAM_BASE_GFN + ramKinds.length;
  }
}

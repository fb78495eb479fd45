package dev.vls.vmm.xen;

import dev.vls.vmm.FrameUpdate;
import dev.vls.vmm.StateExchange;
import dev.vls.vmm.memory.GuestMemory;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The guest's version 1 grant table and the VMM's record of which grants are in use.
 *
 * <p>Entries and records are plain frames. All users run on the domain's thread, so the
 * compare-and-swap of the ABI is a read and a write here, and an entry cannot change between its
 * check and its pin.
 *
 * <p>What the physical map knows of pins follows the records, whoever changes them: this class, or
 * a commit that brings their bytes. A record that names no frame (a log can bring anything) holds
 * none.
 */
public final class GrantTable implements StateExchange.Restorable {
  /** Frames of the table at most: 32768 grants. */
  public static final int MAX_FRAMES = 64;

  /** The grant of the console page, seeded at start. */
  public static final int CONSOLE_REF = 0;

  /** The grant of the XenStore page, seeded at start. */
  public static final int STORE_REF = 1;

  private static final int PERMITTED = GrantEntryLayout.GTF_PERMIT_ACCESS;
  private static final int CHECKED = GrantEntryLayout.GTF_TYPE_MASK | GrantEntryLayout.GTF_SUB_PAGE;

  private final GuestMemory memory;
  private final PhysicalMap map;
  private final int[] entryFrames = new int[MAX_FRAMES];
  private final int[] pinFrames = new int[MAX_FRAMES];
  private final int[] heldFrames = new int[MAX_FRAMES * GrantEntryLayout.PER_FRAME];
  private int frames = 1;

  /** Allocates all frames of the table, then those of the pin records. */
  GrantTable(GuestMemory memory, PhysicalMap map) {
    this.memory = memory;
    this.map = map;
    Arrays.setAll(entryFrames, i -> memory.allocateFrame());
    Arrays.setAll(pinFrames, i -> memory.allocateFrame());
    Arrays.fill(heldFrames, GuestMemory.NO_FRAME);
    for (int i = 0; i < MAX_FRAMES; i++) {
      int first = i * GrantEntryLayout.PER_FRAME;
      memory.listen(
          pinFrames[i], () -> recordsCommitted(first, first + GrantEntryLayout.PER_FRAME));
    }
  }

  /** Returns how many frames the table has grown to. */
  int frames() {
    return frames;
  }

  /**
   * Grows the table to at least {@code wanted} frames; false if that is more than {@link
   * #MAX_FRAMES}.
   *
   * @param wanted unsigned
   */
  boolean grow(long wanted) {
    if (wanted < 0 || wanted > MAX_FRAMES) {
      return false;
    }
    frames = Math.max(frames, (int) wanted);
    return true;
  }

  /** Returns the machine frame of table frame {@code index}, which is below {@link #frames()}. */
  int entryFrame(int index) {
    return entryFrames[index];
  }

  /** Seeds an entry that grants guest frame {@code gfn} to the host for reading and writing. */
  void seed(int ref, long gfn) {
    int offset = offset(ref);
    memory.put16(entries(ref), offset + GrantEntryLayout.DOMID_OFFSET, DomainId.HOST);
    memory.put32(entries(ref), offset + GrantEntryLayout.FRAME_OFFSET, (int) gfn);
    memory.put16(entries(ref), offset + GrantEntryLayout.FLAGS_OFFSET, PERMITTED);
  }

  /**
   * Resolves a grant of the guest to the host and keeps it in use until {@link #unpin}; the entry
   * shows that to the guest.
   *
   * @param ref grant reference as the guest passed it
   * @param access what it is used for
   * @return the frame, or the status that refuses: bad reference, no access for the host, read-only
   *     entry, too many pins, or a frame that is not the guest's own page
   */
  public GrantResult pin(int ref, Access access) {
    return pin(ref, access, DomainId.HOST);
  }

  /**
   * Takes one {@link #pin} back; the page may be gone from the guest since.
   *
   * @param access the same as in the pin
   * @return {@link GrantStatus#OKAY}, or {@link GrantStatus#BAD_GNTREF} if there is no such pin
   */
  public int unpin(int ref, Access access) {
    return unpin(ref, access, DomainId.HOST);
  }

  /**
   * Resolves a grant to the host like {@link #pin} without keeping it: how an SMA commit asks
   * whether a grant still holds.
   *
   * @return what a pin at this instant would return
   */
  public GrantResult check(int ref, Access access) {
    int status = refusal(ref, access, DomainId.HOST);
    if (status != GrantStatus.OKAY) {
      return GrantResult.failed(status);
    }
    int frame = pins(ref) == 0 ? grantedFrame(ref) : pinnedFrame(ref);
    return resolved(frame);
  }

  /**
   * Returns what {@link #pin} and {@link #unpin} change of a grant, as it stands: the entry's flags
   * and the pin record. Stored elsewhere in the same order, they have the same effect.
   *
   * @param ref a valid reference
   */
  public List<FrameUpdate> status(int ref) {
    return List.of(
        bytes(entries(ref), offset(ref) + GrantEntryLayout.FLAGS_OFFSET, Short.BYTES),
        bytes(records(ref), offset(ref), GrantPinLayout.BYTES));
  }

  /** Returns whether {@code frame} holds pin records: only mutual exclusion changes those. */
  public boolean isStatusFrame(int frame) {
    return frame >= pinFrames[0] && frame <= pinFrames[MAX_FRAMES - 1];
  }

  /**
   * Returns how often a grant is pinned.
   *
   * @param ref a valid reference
   */
  public GrantPins pinsOf(int ref) {
    return new GrantPins(ref, counter(ref, Access.READ), counter(ref, Access.WRITE));
  }

  /**
   * Returns how often a grant would be pinned once {@code update} is stored; nothing if that is not
   * the whole record of one grant, as {@link #status} gives it.
   */
  public Optional<GrantPins> pinsIn(FrameUpdate update) {
    if (!isStatusFrame(update.frame())
        || update.bytes().length != GrantPinLayout.BYTES
        || update.offset() % GrantPinLayout.BYTES != 0) {
      return Optional.empty();
    }
    int first = (update.frame() - pinFrames[0]) * GrantEntryLayout.PER_FRAME;
    return Optional.of(
        new GrantPins(
            first + update.offset() / GrantPinLayout.BYTES,
            update.bytes()[GrantPinLayout.READERS_OFFSET] & 0xff,
            update.bytes()[GrantPinLayout.WRITERS_OFFSET] & 0xff));
  }

  /** Pins for {@code grantee}. */
  GrantResult pin(int ref, Access access, int grantee) {
    int status = refusal(ref, access, grantee);
    if (status != GrantStatus.OKAY) {
      return GrantResult.failed(status);
    }
    boolean first = pins(ref) == 0;
    int frame = first ? grantedFrame(ref) : pinnedFrame(ref);
    if (frame == GuestMemory.NO_FRAME) {
      return resolved(frame);
    }
    if (first) {
      record(ref, grantee, frame);
    }
    count(ref, access, 1);
    hold(ref);
    showInUse(ref, access);
    return resolved(frame);
  }

  /** Unpins for {@code grantee}. */
  int unpin(int ref, Access access, int grantee) {
    if (!isRef(ref) || counter(ref, access) == 0 || grantee(ref) != grantee) {
      return GrantStatus.BAD_GNTREF;
    }
    count(ref, access, -1);
    showIdle(ref);
    if (pins(ref) == 0) {
      memory.put64(records(ref), offset(ref), 0);
      hold(ref);
    }
    return GrantStatus.OKAY;
  }

  /**
   * Exchanges two entries that nobody uses; returns the status of {@code GNTTABOP_swap_grant_ref}.
   */
  int swap(int a, int b) {
    if (!isRef(a) || !isRef(b)) {
      return GrantStatus.BAD_GNTREF;
    }
    if (pins(a) != 0 || pins(b) != 0) {
      return GrantStatus.EAGAIN;
    }
    long entry = memory.i64(entries(a), offset(a));
    memory.put64(entries(a), offset(a), memory.i64(entries(b), offset(b)));
    memory.put64(entries(b), offset(b), entry);
    return GrantStatus.OKAY;
  }

  @Override
  public void exchange(StateExchange exchange) {
    frames = exchange.number(frames, 1, MAX_FRAMES);
  }

  /** Forgets what the physical map was told of pins, and tells it what memory has. */
  void restored() {
    Arrays.fill(heldFrames, GuestMemory.NO_FRAME);
    recordsCommitted(0, heldFrames.length);
  }

  private int refusal(int ref, Access access, int grantee) {
    if (!isRef(ref)) {
      return GrantStatus.BAD_GNTREF;
    }
    // Flags and domid are one word of the guest's, fetched once (races G1, G7).
    int word = memory.i32(entries(ref), offset(ref));
    boolean idle = pins(ref) == 0;
    boolean permitted =
        idle ? (word & CHECKED) == PERMITTED && word >>> 16 == grantee : grantee(ref) == grantee;
    boolean full = counter(ref, access) >= GrantPinLayout.MAX_PINS;
    boolean writable =
        (word & GrantEntryLayout.GTF_READONLY) == 0 || counter(ref, Access.WRITE) != 0;
    return permitted && !full && (access == Access.READ || writable)
        ? GrantStatus.OKAY
        : GrantStatus.GENERAL_ERROR;
  }

  private static GrantResult resolved(int frame) {
    return frame == GuestMemory.NO_FRAME
        ? GrantResult.failed(GrantStatus.BAD_PAGE)
        : GrantResult.of(frame);
  }

  private void record(int ref, int grantee, int frame) {
    memory.put32(records(ref), offset(ref) + GrantPinLayout.FRAME_OFFSET, frame);
    memory.put16(records(ref), offset(ref) + GrantPinLayout.GRANTEE_OFFSET, grantee);
  }

  private void recordsCommitted(int first, int end) {
    for (int ref = first; ref < end; ref++) {
      hold(ref);
    }
  }

  /** Makes the physical map hold the frame that the record names now. */
  private void hold(int ref) {
    int frame = pins(ref) == 0 ? GuestMemory.NO_FRAME : pinnedFrame(ref);
    int before = heldFrames[ref];
    if (frame == before) {
      return;
    }
    heldFrames[ref] = frame;
    if (frame != GuestMemory.NO_FRAME) {
      map.hold(frame);
    }
    if (before != GuestMemory.NO_FRAME) {
      map.release(before);
    }
  }

  private FrameUpdate bytes(int frame, int offset, int length) {
    byte[] bytes = new byte[length];
    memory.read(frame, offset, bytes, 0, length);
    return new FrameUpdate(frame, offset, bytes);
  }

  private void showInUse(int ref, Access access) {
    int use = GrantEntryLayout.GTF_READING;
    if (access == Access.WRITE) {
      use |= GrantEntryLayout.GTF_WRITING;
    }
    int flags = memory.u16(entries(ref), offset(ref));
    memory.put16(entries(ref), offset(ref), flags | use);
  }

  private void showIdle(int ref) {
    int flags = memory.u16(entries(ref), offset(ref));
    if (counter(ref, Access.WRITE) == 0) {
      flags &= ~GrantEntryLayout.GTF_WRITING;
    }
    if (pins(ref) == 0) {
      flags &= ~GrantEntryLayout.GTF_READING;
    }
    memory.put16(entries(ref), offset(ref), flags);
  }

  private int grantedFrame(int ref) {
    long gfn = memory.i32(entries(ref), offset(ref) + GrantEntryLayout.FRAME_OFFSET);
    return map.ownFrameOf(gfn & 0xffff_ffffL);
  }

  private boolean isRef(int ref) {
    return ref >= 0 && ref < frames * GrantEntryLayout.PER_FRAME;
  }

  private int pins(int ref) {
    return counter(ref, Access.READ) + counter(ref, Access.WRITE);
  }

  private int counter(int ref, Access access) {
    return memory.u8(records(ref), counterOffset(ref, access));
  }

  private void count(int ref, Access access, int step) {
    memory.put8(records(ref), counterOffset(ref, access), counter(ref, access) + step);
  }

  private int grantee(int ref) {
    return memory.u16(records(ref), offset(ref) + GrantPinLayout.GRANTEE_OFFSET);
  }

  /** Returns the frame that a pinned grant resolved to. */
  int pinnedFrame(int ref) {
    int frame = memory.i32(records(ref), offset(ref) + GrantPinLayout.FRAME_OFFSET);
    return memory.isFrame(frame) ? frame : GuestMemory.NO_FRAME;
  }

  private int entries(int ref) {
    return entryFrames[ref / GrantEntryLayout.PER_FRAME];
  }

  private int records(int ref) {
    return pinFrames[ref / GrantEntryLayout.PER_FRAME];
  }

  private static int offset(int ref) {
    return ref % GrantEntryLayout.PER_FRAME * GrantEntryLayout.BYTES;
  }

  private static int counterOffset(int ref, Access access) {
    int counter =
        access == Access.WRITE ? GrantPinLayout.WRITERS_OFFSET : GrantPinLayout.READERS_OFFSET;
    return offset(ref) + counter;
  }
}

package dev.vls.vmm.xen;

import dev.vls.vmm.board.HypercallHandler;
import dev.vls.vmm.memory.GuestMemory;
import java.util.List;

/**
 * {@code memory_op}: the physical map and the reservation.
 *
 * <p>Bits 31:6 of the first argument hold the extent to go on with, as the ABI has it; one call
 * changes at most {@link #MAX_PAGES} pages.
 */
final class MemoryOps implements Operations {
  static final int INCREASE_RESERVATION = 0;
  static final int DECREASE_RESERVATION = 1;
  static final int MAXIMUM_RAM_PAGE = 2;
  static final int CURRENT_RESERVATION = 3;
  static final int MAXIMUM_RESERVATION = 4;
  static final int POPULATE_PHYSMAP = 6;
  static final int ADD_TO_PHYSMAP = 7;
  static final int MAXIMUM_GPFN = 14;
  static final int REMOVE_FROM_PHYSMAP = 15;
  static final int ADD_TO_PHYSMAP_BATCH = 23;

  static final int SPACE_SHARED_INFO = 0;
  static final int SPACE_GRANT_TABLE = 1;
  static final int SPACE_GMFN_FOREIGN = 4;

  /** Pages that one call changes at most, but for the rest of an extent. */
  static final int MAX_PAGES = 512;

  static final int OPERATION_BITS = 6;

  private static final int MAX_ORDER = 9;
  private static final int RESERVATION_BYTES = 32;

  private final GuestMemory memory;
  private final PhysicalMap map;
  private final SharedInfo shared;
  private final GrantTable grants;
  private final StructView struct = new StructView(RESERVATION_BYTES);
  private final StructView element = new StructView(8);

  MemoryOps(GuestMemory memory, PhysicalMap map, SharedInfo shared, GrantTable grants) {
    this.memory = memory;
    this.map = map;
    this.shared = shared;
    this.grants = grants;
  }

  @Override
  public long call(Vcpu vcpu, long[] arguments) {
    int command = (int) arguments[0];
    int operation = command & (1 << OPERATION_BITS) - 1;
    int size = size(operation);
    if (size < 0) {
      return -Errno.ENOSYS;
    }
    int start = command >>> OPERATION_BITS;
    if (start != 0 && !isBatch(operation)) {
      return -Errno.EINVAL;
    }
    if (!struct.fetch(vcpu, arguments[1], size)) {
      return -Errno.EFAULT;
    }
    return switch (operation) {
      case MAXIMUM_RAM_PAGE ->
          (GuestMemory.RAM_BASE >>> GuestMemory.FRAME_SHIFT) + memory.ramFrames() - 1;
      case CURRENT_RESERVATION -> ofGuest(map.populated());
      case MAXIMUM_RESERVATION -> ofGuest(memory.ramFrames());
      case MAXIMUM_GPFN -> ofGuest(map.highestGfn());
      case ADD_TO_PHYSMAP -> addToPhysmap();
      case REMOVE_FROM_PHYSMAP -> removeFromPhysmap(struct.i64(8));
      case ADD_TO_PHYSMAP_BATCH -> addBatch(vcpu, arguments, start);
      default -> reservation(vcpu, arguments, operation, start);
    };
  }

  @Override
  public List<Operation> operations() {
    return List.of(
        new Operation(INCREASE_RESERVATION, "XENMEM_increase_reservation"),
        new Operation(DECREASE_RESERVATION, "XENMEM_decrease_reservation"),
        new Operation(MAXIMUM_RAM_PAGE, "XENMEM_maximum_ram_page"),
        new Operation(CURRENT_RESERVATION, "XENMEM_current_reservation"),
        new Operation(MAXIMUM_RESERVATION, "XENMEM_maximum_reservation"),
        new Operation(POPULATE_PHYSMAP, "XENMEM_populate_physmap"),
        new Operation(ADD_TO_PHYSMAP, "XENMEM_add_to_physmap"),
        new Operation(MAXIMUM_GPFN, "XENMEM_maximum_gpfn"),
        new Operation(REMOVE_FROM_PHYSMAP, "XENMEM_remove_from_physmap"),
        new Operation(ADD_TO_PHYSMAP_BATCH, "XENMEM_add_to_physmap_batch"));
  }

  private static int size(int operation) {
    return switch (operation) {
      case MAXIMUM_RAM_PAGE -> 0;
      case CURRENT_RESERVATION, MAXIMUM_RESERVATION, MAXIMUM_GPFN -> 2;
      case INCREASE_RESERVATION, DECREASE_RESERVATION, POPULATE_PHYSMAP, ADD_TO_PHYSMAP_BATCH ->
          RESERVATION_BYTES;
      case ADD_TO_PHYSMAP -> 24;
      case REMOVE_FROM_PHYSMAP -> 16;
      default -> -1;
    };
  }

  private static boolean isBatch(int operation) {
    return size(operation) == RESERVATION_BYTES;
  }

  private long ofGuest(long value) {
    int refused = DomainId.requireGuest(struct.u16(0));
    return refused != 0 ? refused : value;
  }

  private long addToPhysmap() {
    int refused = DomainId.requireGuest(struct.u16(0));
    if (refused != 0) {
      return refused;
    }
    return add(struct.i32(4), struct.i64(8), struct.i64(16));
  }

  private long removeFromPhysmap(long gfn) {
    int refused = DomainId.requireGuest(struct.u16(0));
    if (refused != 0) {
      return refused;
    }
    if (map.kindOf(gfn) == FrameKind.HOLE) {
      return -Errno.ENOENT;
    }
    map.unmap(gfn);
    return 0;
  }

  private long addBatch(Vcpu vcpu, long[] arguments, int start) {
    int refused = DomainId.requireGuest(struct.u16(0));
    if (refused != 0) {
      return refused;
    }
    int count = struct.u16(4);
    int end = Math.min(count, start + MAX_PAGES);
    for (int i = start; i < end; i++) {
      if (!addElement(vcpu, i)) {
        return -Errno.EFAULT;
      }
    }
    return end < count ? later(arguments, end) : 0;
  }

  private boolean addElement(Vcpu vcpu, int index) {
    if (!element.fetch(vcpu, struct.i64(8) + 8L * index, 8)) {
      return false;
    }
    long source = element.i64(0);
    if (!element.fetch(vcpu, struct.i64(16) + 8L * index, 8)) {
      return false;
    }
    int space = struct.u16(2);
    long result =
        space == SPACE_GMFN_FOREIGN ? foreign(struct.u16(6)) : add(space, source, element.i64(0));
    element.put32(0, (int) result);
    return element.store(vcpu, struct.i64(24) + 4L * index, 0, 4);
  }

  /** Another domain's memory is for the privileged only. */
  private static long foreign(int domain) {
    return domain == DomainId.HOST || DomainId.isGuest(domain) ? -Errno.EPERM : -Errno.ESRCH;
  }

  private long add(int space, long index, long gfn) {
    return switch (space) {
      case SPACE_SHARED_INFO ->
          index == 0 ? place(gfn, FrameKind.SHARED_INFO, shared.frame()) : -Errno.EINVAL;
      case SPACE_GRANT_TABLE -> {
        boolean exists = index >= 0 && index < GrantTable.MAX_FRAMES;
        yield exists ? addGrantFrame(gfn, (int) index) : -Errno.EINVAL;
      }
      default -> -Errno.ENOSYS;
    };
  }

  private long addGrantFrame(long gfn, int index) {
    long result = place(gfn, FrameKind.GRANT_TABLE, grants.entryFrame(index));
    if (result == 0) {
      grants.grow(index + 1L);
    }
    return result;
  }

  /**
   * A page of the VMM's has one place at a time: the guest unmaps it before it maps it elsewhere.
   */
  private long place(long gfn, FrameKind kind, int frame) {
    if (gfn < 0 || gfn >= PhysicalMap.GFN_LIMIT) {
      return -Errno.EINVAL;
    }
    if (map.placeOf(frame) >= 0) {
      return -Errno.EBUSY;
    }
    map.map(gfn, kind, frame);
    return 0;
  }

  /** Returns the number of extents done, also where an argument is bad. */
  private long reservation(Vcpu vcpu, long[] arguments, int operation, int start) {
    long count = struct.i64(8);
    int order = struct.i32(16);
    boolean legal =
        DomainId.isGuest(struct.u16(24))
            && order >= 0
            && order <= MAX_ORDER
            && count >= 0
            && count <= -1 >>> OPERATION_BITS;
    if (!legal || operation == INCREASE_RESERVATION) {
      return start;
    }
    int pages = 1 << order;
    int last = (int) Math.min(count, start + (long) Math.max(1, MAX_PAGES / pages));
    for (int i = start; i < last; i++) {
      if (!element.fetch(vcpu, struct.i64(0) + 8L * i, 8)
          || !extent(operation, element.i64(0), pages)) {
        return i;
      }
    }
    return last < count ? later(arguments, last) : Math.max(start, last);
  }

  /**
   * Does one extent wholly or not at all; what is there already is left alone, so that a repeated
   * call does no harm (race H1).
   */
  private boolean extent(int operation, long gfn, int pages) {
    if (gfn < 0 || gfn > PhysicalMap.GFN_LIMIT - pages) {
      return false;
    }
    FrameKind expected = operation == POPULATE_PHYSMAP ? FrameKind.HOLE : FrameKind.RAM;
    for (int i = 0; i < pages; i++) {
      if (map.kindOf(gfn + i) != expected) {
        return false;
      }
    }
    if (operation == POPULATE_PHYSMAP) {
      return map.populate(gfn, pages);
    }
    for (int i = 0; i < pages; i++) {
      map.unmap(gfn + i);
    }
    return true;
  }

  private static long later(long[] arguments, int done) {
    arguments[0] = arguments[0] & (1 << OPERATION_BITS) - 1 | (long) done << OPERATION_BITS;
    return HypercallHandler.RESTART;
  }
}

package dev.vls.vmm.xen;

import java.util.List;

/**
 * {@code grant_table_op}, version 1: decodes the element arrays of xen.md 4.3; every element gets a
 * status of its own.
 */
final class GrantOps implements Operations {
  static final int MAP_GRANT_REF = 0;
  static final int UNMAP_GRANT_REF = 1;
  static final int SETUP_TABLE = 2;
  static final int TRANSFER = 4;
  static final int COPY = 5;
  static final int QUERY_SIZE = 6;
  static final int UNMAP_AND_REPLACE = 7;
  static final int SET_VERSION = 8;
  static final int GET_VERSION = 10;
  static final int SWAP_GRANT_REF = 11;

  /** Elements that one call handles before it is restarted. */
  static final int CHUNK = 64;

  private static final int OPAQUE_SHIFT = 12;
  private static final int LARGEST = 40;
  private static final int COPY_SOURCE_GREF = 1;
  private static final int COPY_DEST_GREF = 2;
  private static final long NOWHERE = -1;

  private final GrantTable grants;
  private final GrantMaps maps;
  private final PhysicalMap physical;
  private final StructView struct = new StructView(LARGEST);
  private final StructView word = new StructView(8);

  GrantOps(GrantTable grants, GrantMaps maps, PhysicalMap physical) {
    this.grants = grants;
    this.maps = maps;
    this.physical = physical;
  }

  @Override
  public long call(Vcpu vcpu, long[] arguments) {
    int command = (int) arguments[0];
    int count = (int) arguments[2];
    if (command >>> OPAQUE_SHIFT != 0 || count < 0) {
      return -Errno.EINVAL;
    }
    return switch (command) {
      case MAP_GRANT_REF, UNMAP_GRANT_REF, COPY, UNMAP_AND_REPLACE, SWAP_GRANT_REF ->
          batch(vcpu, arguments, command, count);
      case SETUP_TABLE, QUERY_SIZE ->
          count == 1 ? single(vcpu, arguments[1], command) : -Errno.EINVAL;
      case SET_VERSION, GET_VERSION -> single(vcpu, arguments[1], command);
      case TRANSFER -> -Errno.EOPNOTSUPP;
      default -> -Errno.ENOSYS;
    };
  }

  @Override
  public List<Operation> operations() {
    return List.of(
        new Operation(MAP_GRANT_REF, "GNTTABOP_map_grant_ref"),
        new Operation(UNMAP_GRANT_REF, "GNTTABOP_unmap_grant_ref"),
        new Operation(SETUP_TABLE, "GNTTABOP_setup_table"),
        new Operation(TRANSFER, "GNTTABOP_transfer"),
        new Operation(COPY, "GNTTABOP_copy"),
        new Operation(QUERY_SIZE, "GNTTABOP_query_size"),
        new Operation(UNMAP_AND_REPLACE, "GNTTABOP_unmap_and_replace"),
        new Operation(SET_VERSION, "GNTTABOP_set_version"),
        new Operation(GET_VERSION, "GNTTABOP_get_version"),
        new Operation(SWAP_GRANT_REF, "GNTTABOP_swap_grant_ref"));
  }

  private static int size(int operation) {
    return switch (operation) {
      case MAP_GRANT_REF -> 32;
      case COPY -> LARGEST;
      case UNMAP_GRANT_REF, UNMAP_AND_REPLACE, SETUP_TABLE -> 24;
      case QUERY_SIZE -> 16;
      case SWAP_GRANT_REF -> 12;
      case GET_VERSION -> 8;
      default -> 4;
    };
  }

  private long batch(Vcpu vcpu, long[] arguments, int operation, int count) {
    int size = size(operation);
    int start = Math.min(Resume.at(arguments[0]), count);
    int end = (int) Math.min(count, (long) start + CHUNK);
    for (int i = start; i < end; i++) {
      long address = arguments[1] + (long) i * size;
      if (!struct.fetch(vcpu, address, size) || !element(vcpu, operation, address)) {
        return -Errno.EFAULT;
      }
    }
    return end < count ? Resume.later(arguments, end) : 0;
  }

  /** Performs one element and writes its answer back; false is -EFAULT. */
  private boolean element(Vcpu vcpu, int operation, long address) {
    return switch (operation) {
      case MAP_GRANT_REF -> map(vcpu, address);
      case UNMAP_GRANT_REF -> answer(vcpu, address, 20, maps.unmap(struct.i64(0), struct.i32(16)));
      case UNMAP_AND_REPLACE -> answer(vcpu, address, 20, unmapAndReplace());
      case COPY -> answer(vcpu, address, 36, copy());
      default -> answer(vcpu, address, 8, grants.swap(struct.i32(0), struct.i32(4)));
    };
  }

  private boolean answer(Vcpu vcpu, long address, int offset, int status) {
    struct.put16(offset, status);
    return struct.store(vcpu, address, offset, 2);
  }

  private boolean map(Vcpu vcpu, long address) {
    int handle = maps.map(struct.i64(0), struct.i32(8), struct.i32(12), struct.u16(16));
    struct.put16(18, Math.min(handle, GrantStatus.OKAY));
    struct.put32(20, Math.max(handle, 0));
    struct.put64(24, 0);
    return struct.store(vcpu, address, 18, 14);
  }

  private int unmapAndReplace() {
    return struct.i64(8) == 0
        ? maps.unmap(struct.i64(0), struct.i32(16))
        : GrantStatus.GENERAL_ERROR;
  }

  private int copy() {
    int flags = struct.u16(34);
    return maps.copy(
        side(0, (flags & COPY_SOURCE_GREF) != 0),
        side(16, (flags & COPY_DEST_GREF) != 0),
        struct.u16(32));
  }

  private GrantMaps.Side side(int offset, boolean byRef) {
    long page = byRef ? struct.i32(offset) : struct.i64(offset);
    return new GrantMaps.Side(byRef, page, struct.u16(offset + 8), struct.u16(offset + 10));
  }

  private long single(Vcpu vcpu, long address, int operation) {
    if (!struct.fetch(vcpu, address, size(operation))) {
      return -Errno.EFAULT;
    }
    return switch (operation) {
      case SETUP_TABLE -> setupTable(vcpu, address);
      case QUERY_SIZE -> querySize(vcpu, address);
      case GET_VERSION -> getVersion(vcpu, address);
      default -> setVersion(struct.i32(0));
    };
  }

  private long setupTable(Vcpu vcpu, long address) {
    int status = statusFor(struct.u16(0));
    long frames = struct.u32(4);
    if (status == GrantStatus.OKAY) {
      status = grants.grow(frames) ? list(vcpu, frames) : GrantStatus.GENERAL_ERROR;
    }
    return answer(vcpu, address, 8, status) ? 0 : -Errno.EFAULT;
  }

  /** Lists where the guest has mapped its table; a frame that it has not is nowhere. */
  private int list(Vcpu vcpu, long frames) {
    for (int i = 0; i < frames; i++) {
      long gfn = physical.placeOf(grants.entryFrame(i));
      word.put64(0, gfn < 0 ? NOWHERE : gfn);
      if (!word.store(vcpu, struct.i64(16) + 8L * i, 0, 8)) {
        return GrantStatus.BAD_VIRT_ADDR;
      }
    }
    return GrantStatus.OKAY;
  }

  private long querySize(Vcpu vcpu, long address) {
    int status = statusFor(struct.u16(0));
    if (status == GrantStatus.OKAY) {
      struct.put32(4, grants.frames());
      struct.put32(8, GrantTable.MAX_FRAMES);
    }
    struct.put16(12, status);
    return struct.store(vcpu, address, 4, 10) ? 0 : -Errno.EFAULT;
  }

  private long getVersion(Vcpu vcpu, long address) {
    int refused = DomainId.requireGuest(struct.u16(0));
    if (refused != 0) {
      return refused;
    }
    struct.put32(4, 1);
    return struct.store(vcpu, address, 4, 4) ? 0 : -Errno.EFAULT;
  }

  private static long setVersion(int version) {
    return switch (version) {
      case 1 -> 0;
      case 2 -> -Errno.ENOSYS;
      default -> -Errno.EINVAL;
    };
  }

  private static int statusFor(int domain) {
    if (DomainId.isGuest(domain)) {
      return GrantStatus.OKAY;
    }
    return domain == DomainId.HOST ? GrantStatus.PERMISSION_DENIED : GrantStatus.BAD_DOMAIN;
  }
}

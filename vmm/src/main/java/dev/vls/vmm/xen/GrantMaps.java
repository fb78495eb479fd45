package dev.vls.vmm.xen;

import dev.vls.vmm.StateExchange;
import dev.vls.vmm.memory.GuestMemory;

/**
 * The guest as a grantee: maps and copies of its own grants to itself (loopback), the only domain
 * whose grants it can use.
 *
 * <p>A read-only mapping is pinned as one; the physical map has no read-only frames, and the page
 * is the guest's own.
 */
final class GrantMaps implements StateExchange.Restorable {
  static final int DEVICE_MAP = 1;
  static final int HOST_MAP = 1 << 1;
  static final int READONLY = 1 << 2;

  private static final int LEGAL_FLAGS = HOST_MAP | READONLY;

  private final GuestMemory memory;
  private final PhysicalMap map;
  private final GrantTable grants;
  private final MapTrack track = new MapTrack();

  GrantMaps(GuestMemory memory, PhysicalMap map, GrantTable grants) {
    this.memory = memory;
    this.map = map;
    this.grants = grants;
  }

  /**
   * Maps a grant at guest-physical {@code address}; returns the handle or a negative {@link
   * GrantStatus}.
   */
  int map(long address, int flags, int ref, int domain) {
    if ((flags & (DEVICE_MAP | HOST_MAP)) == 0) {
      return GrantStatus.BAD_GNTREF;
    }
    if (!DomainId.isGuest(domain)) {
      return GrantStatus.BAD_DOMAIN;
    }
    if ((flags & ~LEGAL_FLAGS) != 0) {
      return GrantStatus.GENERAL_ERROR;
    }
    long gfn = address >>> GuestMemory.FRAME_SHIFT;
    if (gfn >= PhysicalMap.GFN_LIMIT) {
      return GrantStatus.BAD_VIRT_ADDR;
    }
    return mapChecked(gfn, ref, (flags & READONLY) != 0 ? Access.READ : Access.WRITE);
  }

  /**
   * Removes a mapping.
   *
   * @param address where it is mapped; 0 leaves it, as the ABI has it
   * @return a {@link GrantStatus}
   */
  int unmap(long address, int handle) {
    MapTrack.Mapping mapping = track.at(handle);
    if (mapping == null) {
      return GrantStatus.BAD_HANDLE;
    }
    if (address == 0) {
      return GrantStatus.OKAY;
    }
    if (address >>> GuestMemory.FRAME_SHIFT != mapping.gfn()) {
      return GrantStatus.GENERAL_ERROR;
    }
    // First the mapping with its translations, then the pin and the status bits (race G4).
    if (shows(mapping)) {
      map.unmap(mapping.gfn());
    }
    track.remove(handle);
    return grants.unpin(mapping.ref(), mapping.access(), DomainId.GUEST);
  }

  /** Copies {@code length} bytes between two sides; returns a {@link GrantStatus}. */
  int copy(Side source, Side target, int length) {
    if (length == 0) {
      return GrantStatus.OKAY;
    }
    if (source.offset() + length > GuestMemory.FRAME_BYTES
        || target.offset() + length > GuestMemory.FRAME_BYTES) {
      return GrantStatus.BAD_COPY_ARG;
    }
    GrantResult from = open(source, Access.READ);
    if (!from.ok()) {
      return from.status();
    }
    GrantResult to = open(target, Access.WRITE);
    if (to.ok()) {
      byte[] bytes = new byte[length];
      memory.read(from.frame(), source.offset(), bytes, 0, length);
      memory.write(to.frame(), target.offset(), bytes, 0, length);
      close(target, Access.WRITE);
    }
    close(source, Access.READ);
    return to.status();
  }

  /**
   * One side of a copy.
   *
   * @param byRef whether {@code page} is a grant reference, else a guest frame number
   * @param page which page
   * @param domain whose
   * @param offset first byte, 0 to 65535
   */
  record Side(boolean byRef, long page, int domain, int offset) {}

  @Override
  public void exchange(StateExchange exchange) {
    track.exchange(exchange);
  }

  private int mapChecked(long gfn, int ref, Access access) {
    GrantResult granted = grants.pin(ref, access, DomainId.GUEST);
    if (!granted.ok()) {
      return granted.status();
    }
    int handle = track.add(new MapTrack.Mapping(ref, gfn, access));
    if (handle < 0) {
      grants.unpin(ref, access, DomainId.GUEST);
      return GrantStatus.NO_DEVICE_SPACE;
    }
    map.map(gfn, FrameKind.GRANT_MAPPING, granted.frame());
    return handle;
  }

  /** The guest may have put something else there since. */
  private boolean shows(MapTrack.Mapping mapping) {
    return map.kindOf(mapping.gfn()) == FrameKind.GRANT_MAPPING
        && map.frameOf(mapping.gfn()) == grants.pinnedFrame(mapping.ref());
  }

  private GrantResult open(Side side, Access access) {
    if (side.byRef()) {
      return DomainId.isGuest(side.domain())
          ? grants.pin((int) side.page(), access, DomainId.GUEST)
          : GrantResult.failed(GrantStatus.BAD_DOMAIN);
    }
    if (side.domain() != DomainId.SELF) {
      return GrantResult.failed(GrantStatus.PERMISSION_DENIED);
    }
    int frame = map.ownFrameOf(side.page());
    return frame == GuestMemory.NO_FRAME
        ? GrantResult.failed(GrantStatus.BAD_PAGE)
        : GrantResult.of(frame);
  }

  private void close(Side side, Access access) {
    if (side.byRef()) {
      grants.unpin((int) side.page(), access, DomainId.GUEST);
    }
  }
}

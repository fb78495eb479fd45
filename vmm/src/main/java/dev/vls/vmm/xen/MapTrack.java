package dev.vls.vmm.xen;

import dev.vls.vmm.StateExchange;

/** The guest's mappings of granted pages, by handle; the lowest free handle is the next. */
final class MapTrack implements StateExchange.Restorable {
  /** Handles at most. */
  static final int MAX_HANDLES = 8192;

  /**
   * One mapping.
   *
   * @param ref the grant
   * @param gfn where it is mapped
   * @param access how it was pinned
   */
  record Mapping(int ref, long gfn, Access access) {}

  private static final Mapping NONE = new Mapping(0, 0, Access.READ);

  private final Mapping[] mappings = new Mapping[MAX_HANDLES];

  /** Keeps {@code mapping} and returns its handle, -1 if the table is full. */
  int add(Mapping mapping) {
    for (int handle = 0; handle < MAX_HANDLES; handle++) {
      if (mappings[handle] == null) {
        mappings[handle] = mapping;
        return handle;
      }
    }
    return -1;
  }

  /** Returns the mapping under {@code handle}, any number a guest passes, or null. */
  Mapping at(int handle) {
    return handle >= 0 && handle < MAX_HANDLES ? mappings[handle] : null;
  }

  /** Frees a handle in use. */
  void remove(int handle) {
    mappings[handle] = null;
  }

  @Override
  public void exchange(StateExchange exchange) {
    exchange.entries(
        MAX_HANDLES,
        handle -> mappings[handle] != null,
        handle -> mappings[handle] = null,
        handle -> {
          Mapping now = exchange.restores() ? NONE : mappings[handle];
          mappings[handle] =
              new Mapping(
                  exchange.number(now.ref()),
                  exchange.word(now.gfn()),
                  exchange.flag(now.access() == Access.WRITE) ? Access.WRITE : Access.READ);
        });
  }
}

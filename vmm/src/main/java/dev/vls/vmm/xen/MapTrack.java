package dev.vls.vmm.xen;

import dev.vls.vmm.StateSink;

/** The guest's mappings of granted pages, by handle; the lowest free handle is the next. */
final class MapTrack implements StateSink.Stateful {
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
  public void save(StateSink sink) {
    for (int handle = 0; handle < MAX_HANDLES; handle++) {
      Mapping mapping = mappings[handle];
      if (mapping != null) {
        sink.word(handle);
        sink.word(mapping.ref());
        sink.word(mapping.gfn());
        sink.flag(mapping.access() == Access.WRITE);
      }
    }
    sink.word(-1);
  }
}

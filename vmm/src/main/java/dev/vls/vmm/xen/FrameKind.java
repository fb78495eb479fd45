package dev.vls.vmm.xen;

/** What is behind a guest frame. */
enum FrameKind {
  /** Nothing. */
  HOLE(0),
  /** The guest's own RAM. */
  RAM(1),
  /** A page that the guest found mapped at start: console or store ring. */
  MAGIC(2),
  /** shared_info. */
  SHARED_INFO(3),
  /** A frame of the grant table. */
  GRANT_TABLE(4),
  /** Another mapping of a granted page. */
  GRANT_MAPPING(5);

  private static final FrameKind[] BY_CODE = values();

  private final byte code;

  FrameKind(int code) {
    this.code = (byte) code;
  }

  /** Returns its number, which is its place and what saved state has for it. */
  byte code() {
    return code;
  }

  /** Returns the kind with number {@code code}. */
  static FrameKind of(byte code) {
    return BY_CODE[code];
  }

  /** Returns whether the guest owns the page and may grant it. */
  boolean grantable() {
    return this == RAM || this == MAGIC;
  }
}

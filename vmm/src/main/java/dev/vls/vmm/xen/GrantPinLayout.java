package dev.vls.vmm.xen;

/**
 * The VMM's record of who uses a grant, 8 bytes, 512 in a frame that no guest can map; all zero
 * while the grant is not pinned.
 *
 * <pre>
 * offset  size  field
 *      0     4  machine frame that the grant resolved to at its first pin
 *      4     1  read-only pins, at most 128
 *      5     1  writable pins, at most 128
 *      6     2  domain id of the grantee
 * </pre>
 */
final class GrantPinLayout {
  static final int FRAME_OFFSET = 0;
  static final int READERS_OFFSET = 4;
  static final int WRITERS_OFFSET = 5;
  static final int GRANTEE_OFFSET = 6;
  static final int BYTES = 8;

  /** Pins of one kind that a grant takes: the counter's top bit then is set. */
  static final int MAX_PINS = 128;

  private GrantPinLayout() {}
}

package dev.vls.vmm.xen;

/**
 * A version 1 grant entry, 8 bytes, 512 in a frame of the table.
 *
 * <pre>
 * offset  size  field
 *      0     2  flags; written by the guest, reading and writing by the host
 *      2     2  domid of the grantee; written by the guest
 *      4     4  frame, guest frame number; written by the guest
 * </pre>
 */
final class GrantEntryLayout {
  static final int FLAGS_OFFSET = 0;
  static final int DOMID_OFFSET = 2;
  static final int FRAME_OFFSET = 4;
  static final int BYTES = 8;
  static final int PER_FRAME = 512;

  static final int GTF_TYPE_MASK = 3;
  static final int GTF_PERMIT_ACCESS = 1;
  static final int GTF_READONLY = 1 << 2;
  static final int GTF_READING = 1 << 3;
  static final int GTF_WRITING = 1 << 4;
  static final int GTF_SUB_PAGE = 1 << 8;

  private GrantEntryLayout() {}
}

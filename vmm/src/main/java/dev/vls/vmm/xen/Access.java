package dev.vls.vmm.xen;

/** What a grant is used for. */
public enum Access {
  /** The page is only read: a read-only grant is enough. */
  READ,
  /** The page is also written. */
  WRITE
}

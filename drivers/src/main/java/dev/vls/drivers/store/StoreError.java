package dev.vls.drivers.store;

/** The error names that may appear on the wire, exactly these (ABI 9.2). */
public enum StoreError {
  /** Malformed argument. */
  EINVAL,
  /** Permission denied. */
  EACCES,
  /** Exists already. */
  EEXIST,
  /** Is a directory. */
  EISDIR,
  /** No such node, transaction or domain. */
  ENOENT,
  /** Out of memory. */
  ENOMEM,
  /** A quota is used up. */
  ENOSPC,
  /** Input or output failed. */
  EIO,
  /** Has children. */
  ENOTEMPTY,
  /** No such operation. */
  ENOSYS,
  /** Read-only. */
  EROFS,
  /** In use. */
  EBUSY,
  /** The transaction conflicted: do it again from the start. */
  EAGAIN,
  /** Connected already. */
  EISCONN,
  /** Argument or answer too long. */
  E2BIG,
  /** Only the privileged domain may. */
  EPERM
}

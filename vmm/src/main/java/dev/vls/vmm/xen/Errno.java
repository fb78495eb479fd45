package dev.vls.vmm.xen;

/**
 * Error numbers of hypercall results, positive here and negative in the result register; the values
 * of every architecture.
 */
public final class Errno {
  /** Operation not permitted. */
  public static final int EPERM = 1;

  /** No such vCPU, or nothing mapped there. */
  public static final int ENOENT = 2;

  /** No such domain. */
  public static final int ESRCH = 3;

  /** Address of the wrong form. */
  public static final int ENXIO = 6;

  /** Count too large. */
  public static final int E2BIG = 7;

  /** A guest pointer that cannot be read or written. */
  public static final int EFAULT = 14;

  /** Already in use. */
  public static final int EBUSY = 16;

  /** Already bound. */
  public static final int EEXIST = 17;

  /** Invalid argument. */
  public static final int EINVAL = 22;

  /** No free entry. */
  public static final int ENOSPC = 28;

  /** No such hypercall or operation. */
  public static final int ENOSYS = 38;

  /** Nothing of that kind is recorded. */
  public static final int ENODATA = 61;

  /** Not supported here. */
  public static final int EOPNOTSUPP = 95;

  /** The guest's buffer is too small. */
  public static final int ENOBUFS = 105;

  private Errno() {}
}

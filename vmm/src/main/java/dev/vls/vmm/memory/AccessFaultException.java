package dev.vls.vmm.memory;

/**
 * A physical access that nothing answers: the hart takes an access fault. One shared instance, no
 * stack trace.
 */
public final class AccessFaultException extends Exception {
  /** The instance to throw. */
  // Guests can fault on every instruction; the instance has neither a stack trace nor a cause to
  // share.
  @SuppressWarnings("StaticAssignmentOfThrowable")
  public static final AccessFaultException INSTANCE = new AccessFaultException();

  private static final long serialVersionUID = 1L;

  private AccessFaultException() {
    super("access fault", null, false, false);
  }
}

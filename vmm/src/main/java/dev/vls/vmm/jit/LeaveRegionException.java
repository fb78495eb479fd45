package dev.vls.vmm.jit;

/**
 * Thrown through translated code by an access that it cannot do (a fault, a device, a watched
 * frame): the interpreter then executes that instruction from its beginning. One instance, no stack
 * trace.
 */
@SuppressWarnings("StaticAssignmentOfThrowable") // has no stack trace, and is thrown often
final class LeaveRegionException extends RuntimeException {
  static final LeaveRegionException INSTANCE = new LeaveRegionException();

  private static final long serialVersionUID = 1;

  private LeaveRegionException() {
    super("leave", null, false, false);
  }
}

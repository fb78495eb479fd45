package dev.vls.vmm.xen;

import java.util.List;

/** The operations of one hypercall number. */
interface Operations {
  /**
   * Performs one call, or a bounded part of it.
   *
   * @param vcpu the caller
   * @param arguments a0 to a4; a part that is not the last puts into the first two what the rest of
   *     the work is to be called with
   * @return the result, or {@link HypercallHandler#RESTART} after such a part
   */
  long call(Vcpu vcpu, long[] arguments);

  /** Returns every operation that does not end in -ENOSYS, in the order of its numbers. */
  List<Operation> operations();

  /**
   * One operation.
   *
   * @param number what selects it: the first argument
   * @param name the specification's name
   */
  record Operation(int number, String name) {}
}

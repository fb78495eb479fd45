package dev.vls.vmm.xen;

import dev.vls.vmm.board.HypercallHandler;
import dev.vls.vmm.hart.Hart;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The hypercalls: one table from number to operations, and the convention of xen.md section 0.
 *
 * <p>The table is what {@link #call} dispatches by, so {@link #known} names everything a guest can
 * reach. Domain thread only.
 */
public final class Hypercalls implements HypercallHandler {
  /** Operation in {@link Known} of a hypercall that has no sub-operations. */
  public static final int ANY_OPERATION = -1;

  static final int MEMORY_OP = 12;
  static final int MULTICALL = 13;
  static final int XEN_VERSION = 17;
  static final int CONSOLE_IO = 18;
  static final int GRANT_TABLE_OP = 20;
  static final int VM_ASSIST = 21;
  static final int VCPU_OP = 24;
  static final int SCHED_OP = 29;
  static final int EVENT_CHANNEL_OP = 32;
  static final int HVM_OP = 34;
  static final int ARCH_0 = 48;

  /** Arguments of a call: a0 to a4. */
  static final int ARGUMENTS = 5;

  private static final int A0 = 10;

  /**
   * An operation that a guest can call.
   *
   * @param number hypercall number
   * @param operation what its first argument selects, or {@link #ANY_OPERATION}
   * @param name the specification's name
   */
  public record Known(int number, int operation, String name) {}

  private final Vcpu[] vcpus;
  private final Map<Long, Operations> table = new TreeMap<>();
  private final long[] arguments = new long[ARGUMENTS];

  Hypercalls(Vcpu[] vcpus) {
    this.vcpus = vcpus;
    add(MULTICALL, new Multicall(this));
  }

  /** Adds a row of the table. */
  void add(int number, Operations operations) {
    table.put((long) number, operations);
  }

  @Override
  public long call(Hart hart, int number) {
    for (int i = 0; i < ARGUMENTS; i++) {
      arguments[i] = hart.x(A0 + i);
    }
    long result = call(vcpus[hart.id()], number);
    if (result == RESTART) {
      hart.x(A0, arguments[0]);
      hart.x(A0 + 1, arguments[1]);
    }
    return result;
  }

  /** Returns every operation that does not end in -ENOSYS, in the order of the numbers. */
  public List<Known> known() {
    List<Known> known = new ArrayList<>();
    table.forEach(
        (number, operations) ->
            operations
                .operations()
                .forEach(
                    operation ->
                        known.add(
                            new Known(number.intValue(), operation.number(), operation.name()))));
    return known;
  }

  /** Performs a call with {@code values}, which a restart changes. */
  long call(Vcpu vcpu, long number, long[] values) {
    Operations operations = table.get(number);
    return operations == null ? -Errno.ENOSYS : operations.call(vcpu, values);
  }

  private long call(Vcpu vcpu, int number) {
    long result = call(vcpu, number, arguments);
    vcpu.refreshUpcall();
    return result;
  }
}

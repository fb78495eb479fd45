package dev.vls.vmm.xen;

import dev.vls.vmm.board.HypercallHandler;
import java.util.List;

/**
 * {@code multicall}: a list of hypercalls in guest memory, each with a result of its own.
 *
 * <pre>
 * offset  size  field of an entry, 64 bytes
 *      0     8  number
 *      8     8  result
 *     16    48  arguments, of which five are used
 * </pre>
 */
final class Multicall implements Operations {
  /** Entries that one call handles before it is restarted. */
  static final int CHUNK = 16;

  private static final int ENTRY_BYTES = 64;
  private static final int RESULT_OFFSET = 8;
  private static final int ARGUMENTS_OFFSET = 16;

  private final Hypercalls hypercalls;
  private final StructView entry = new StructView(ENTRY_BYTES);
  private final long[] nested = new long[Hypercalls.ARGUMENTS];
  private boolean running;

  Multicall(Hypercalls hypercalls) {
    this.hypercalls = hypercalls;
  }

  @Override
  public long call(Vcpu vcpu, long[] arguments) {
    if (running) {
      return -Errno.EINVAL;
    }
    running = true;
    try {
      return run(vcpu, arguments);
    } finally {
      running = false;
    }
  }

  @Override
  public List<Operation> operations() {
    return List.of(new Operation(Hypercalls.ANY_OPERATION, "multicall"));
  }

  /** Moves on through the list in the first two arguments, which is where a restart finds it. */
  private long run(Vcpu vcpu, long[] arguments) {
    arguments[1] &= 0xffff_ffffL;
    for (int done = 0; arguments[1] > 0; done++) {
      if (done == CHUNK) {
        return HypercallHandler.RESTART;
      }
      long result = callEntry(vcpu, arguments[0]);
      if (result != 0) {
        return result;
      }
      arguments[0] += ENTRY_BYTES;
      arguments[1]--;
    }
    return 0;
  }

  private long callEntry(Vcpu vcpu, long address) {
    if (!entry.fetch(vcpu, address, ENTRY_BYTES)) {
      return -Errno.EFAULT;
    }
    for (int i = 0; i < nested.length; i++) {
      nested[i] = entry.i64(ARGUMENTS_OFFSET + 8 * i);
    }
    long result = hypercalls.call(vcpu, entry.i64(0), nested);
    if (result == HypercallHandler.RESTART) {
      entry.put64(ARGUMENTS_OFFSET, nested[0]);
      entry.put64(ARGUMENTS_OFFSET + 8, nested[1]);
      return entry.store(vcpu, address, ARGUMENTS_OFFSET, 16) ? result : -Errno.EFAULT;
    }
    entry.put64(RESULT_OFFSET, result);
    return entry.store(vcpu, address, RESULT_OFFSET, 8) ? 0 : -Errno.EFAULT;
  }
}

package dev.vls.vmm.xen;

import java.util.List;

/** {@code hvm_op}: the parameters through which a guest finds its console and its store. */
final class HvmOps implements Operations {
  static final int SET_PARAM = 0;
  static final int GET_PARAM = 1;

  static final int CALLBACK_IRQ = 0;
  static final int STORE_PFN = 1;
  static final int STORE_EVTCHN = 2;
  static final int CONSOLE_PFN = 17;
  static final int CONSOLE_EVTCHN = 18;
  static final int MONITOR_RING_PFN = 28;

  /** Type "per-hart interrupt" in bits 63:56, level triggered, active high. */
  private static final long CALLBACK_BY_LOCAL_INTERRUPT = 2L << 56;

  private static final int BYTES = 16;
  private static final int VALUE_OFFSET = 8;

  private final int storePort;
  private final int consolePort;
  private final StructView struct = new StructView(BYTES);

  HvmOps(int storePort, int consolePort) {
    this.storePort = storePort;
    this.consolePort = consolePort;
  }

  @Override
  public long call(Vcpu vcpu, long[] arguments) {
    int operation = (int) arguments[0];
    if (operation != SET_PARAM && operation != GET_PARAM) {
      return -Errno.ENOSYS;
    }
    if (!struct.fetch(vcpu, arguments[1], BYTES)) {
      return -Errno.EFAULT;
    }
    int refused = DomainId.requireGuest(struct.u16(0));
    if (refused != 0) {
      return refused;
    }
    return operation == SET_PARAM ? set(struct.i32(4)) : get(vcpu, arguments[1], struct.i32(4));
  }

  @Override
  public List<Operation> operations() {
    return List.of(
        new Operation(SET_PARAM, "HVMOP_set_param"), new Operation(GET_PARAM, "HVMOP_get_param"));
  }

  private static long set(int index) {
    return switch (index) {
      case CALLBACK_IRQ, STORE_PFN, STORE_EVTCHN, CONSOLE_PFN, CONSOLE_EVTCHN, MONITOR_RING_PFN ->
          -Errno.EPERM;
      default -> -Errno.EINVAL;
    };
  }

  private long get(Vcpu vcpu, long address, int index) {
    long value =
        switch (index) {
          case CALLBACK_IRQ -> CALLBACK_BY_LOCAL_INTERRUPT | XenDomain.UPCALL_INTERRUPT;
          case STORE_PFN -> XenDomain.STORE_GFN;
          case STORE_EVTCHN -> storePort;
          case CONSOLE_PFN -> XenDomain.CONSOLE_GFN;
          case CONSOLE_EVTCHN -> consolePort;
          default -> set(index);
        };
    if (value < 0) {
      return value;
    }
    struct.put64(VALUE_OFFSET, value);
    return struct.store(vcpu, address, VALUE_OFFSET, 8) ? 0 : -Errno.EFAULT;
  }
}

package dev.vls.vmm.xen;

import dev.vls.vmm.StateExchange;
import dev.vls.vmm.TimeBase;
import dev.vls.vmm.board.PowerControl;
import java.util.List;

/** {@code sched_op}: waiting for events, and the end of the run. */
final class SchedOps implements Operations, StateExchange.Restorable {
  static final int YIELD = 0;
  static final int BLOCK = 1;
  static final int SHUTDOWN = 2;
  static final int POLL = 3;
  static final int REMOTE_SHUTDOWN = 4;
  static final int SHUTDOWN_CODE = 5;
  static final int PIN_OVERRIDE = 7;

  static final int SHUTDOWN_REBOOT = 1;

  private static final int MAX_POLL_PORTS = 128;
  private static final int POLL_BYTES = 24;
  private static final int NO_CODE = -1;
  private static final int REASON_MASK = 0xff;

  private final EventChannels events;
  private final TimeBase time;
  private final PowerControl power;
  private final StructView struct = new StructView(POLL_BYTES);
  private final StructView ports = new StructView(4 * MAX_POLL_PORTS);
  private int latchedCode = NO_CODE;

  SchedOps(EventChannels events, TimeBase time, PowerControl power) {
    this.events = events;
    this.time = time;
    this.power = power;
  }

  @Override
  public long call(Vcpu vcpu, long[] arguments) {
    int operation = (int) arguments[0];
    int size = size(operation);
    if (size < 0) {
      return -Errno.ENOSYS;
    }
    if (!struct.fetch(vcpu, arguments[1], size)) {
      return -Errno.EFAULT;
    }
    return switch (operation) {
      case YIELD -> {
        vcpu.port().reschedule();
        yield 0;
      }
      case BLOCK -> block(vcpu);
      case SHUTDOWN -> shutdown(vcpu, struct.i32(0) & REASON_MASK);
      case POLL -> poll(vcpu);
      case SHUTDOWN_CODE -> latch(struct.i32(0) & REASON_MASK);
      case REMOTE_SHUTDOWN -> privileged(struct.u16(0));
      default -> -Errno.EPERM;
    };
  }

  @Override
  public List<Operation> operations() {
    return List.of(
        new Operation(YIELD, "SCHEDOP_yield"),
        new Operation(BLOCK, "SCHEDOP_block"),
        new Operation(SHUTDOWN, "SCHEDOP_shutdown"),
        new Operation(POLL, "SCHEDOP_poll"),
        new Operation(REMOTE_SHUTDOWN, "SCHEDOP_remote_shutdown"),
        new Operation(SHUTDOWN_CODE, "SCHEDOP_shutdown_code"),
        new Operation(PIN_OVERRIDE, "SCHEDOP_pin_override"));
  }

  @Override
  public void exchange(StateExchange exchange) {
    latchedCode = exchange.number(latchedCode);
  }

  private static int size(int operation) {
    return switch (operation) {
      case YIELD, BLOCK -> 0;
      case SHUTDOWN, SHUTDOWN_CODE, PIN_OVERRIDE -> 4;
      case REMOTE_SHUTDOWN -> 8;
      case POLL -> POLL_BYTES;
      default -> -1;
    };
  }

  private static long block(Vcpu vcpu) {
    vcpu.port().enableInterrupts();
    vcpu.refreshUpcall();
    if (!vcpu.port().interruptPending()) {
      vcpu.port().sleep();
    }
    return 0;
  }

  private long shutdown(Vcpu vcpu, int reason) {
    latch(reason);
    if (latchedCode == SHUTDOWN_REBOOT) {
      power.reset();
    } else {
      power.off(latchedCode);
    }
    vcpu.port().reschedule();
    return 0;
  }

  /** Keeps the first reason. */
  private long latch(int reason) {
    if (latchedCode == NO_CODE) {
      latchedCode = reason;
    }
    return 0;
  }

  private static long privileged(int domain) {
    return domain == DomainId.HOST || DomainId.isGuest(domain) ? -Errno.EPERM : -Errno.ESRCH;
  }

  /**
   * The ports are looked at after the caller has become a poller in effect: nothing runs in between
   * (race B2).
   */
  private long poll(Vcpu vcpu) {
    long count = struct.u32(8);
    long timeout = struct.i64(16);
    if (count > MAX_POLL_PORTS) {
      return -Errno.EINVAL;
    }
    if (!ports.fetch(vcpu, struct.i64(0), 4 * (int) count)) {
      return -Errno.EFAULT;
    }
    for (int i = 0; i < count; i++) {
      int port = ports.i32(4 * i);
      if (!EventChannels.isPort(port)) {
        return -Errno.EINVAL;
      }
      if (events.pending(port)) {
        return 0;
      }
    }
    vcpu.refreshUpcall();
    sleepUntil(vcpu, count == 1 ? ports.i32(0) : 0, timeout);
    return 0;
  }

  private void sleepUntil(Vcpu vcpu, int onlyPort, long timeoutNs) {
    long deadline = timeoutNs == 0 ? Vcpu.NEVER : GuestClock.tickAt(timeoutNs);
    boolean past = Long.compareUnsigned(time.time(vcpu.port().instret()), deadline) >= 0;
    if (!vcpu.port().interruptPending() && !past) {
      vcpu.poll(onlyPort, deadline);
    }
  }
}

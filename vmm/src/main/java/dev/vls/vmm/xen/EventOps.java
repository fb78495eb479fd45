package dev.vls.vmm.xen;

import java.util.List;

/**
 * {@code event_channel_op}: decodes the structures of xen.md 3.1 and calls {@link EventChannels}.
 */
final class EventOps implements Operations {
  static final int BIND_INTERDOMAIN = 0;
  static final int BIND_VIRQ = 1;
  static final int BIND_PIRQ = 2;
  static final int CLOSE = 3;
  static final int SEND = 4;
  static final int STATUS = 5;
  static final int ALLOC_UNBOUND = 6;
  static final int BIND_IPI = 7;
  static final int BIND_VCPU = 8;
  static final int UNMASK = 9;
  static final int RESET = 10;

  private static final int LARGEST = 24;

  private final EventChannels events;
  private final StructView struct = new StructView(LARGEST);

  EventOps(EventChannels events) {
    this.events = events;
  }

  @Override
  public long call(Vcpu vcpu, long[] arguments) {
    int operation = (int) arguments[0];
    int size = size(operation);
    if (size == 0) {
      return -Errno.ENOSYS;
    }
    long address = arguments[1];
    if (!struct.fetch(vcpu, address, size)) {
      return -Errno.EFAULT;
    }
    return switch (operation) {
      case BIND_INTERDOMAIN ->
          answerPort(vcpu, address, 8, events.bindInterdomain(struct.u16(0), struct.i32(4)));
      case BIND_VIRQ -> answerPort(vcpu, address, 8, events.bindVirq(struct.i32(0), struct.i32(4)));
      case BIND_PIRQ -> -Errno.EOPNOTSUPP;
      case CLOSE -> events.close(struct.i32(0));
      case SEND -> events.send(struct.i32(0));
      case STATUS -> status(vcpu, address);
      case ALLOC_UNBOUND -> allocUnbound(vcpu, address);
      case BIND_IPI -> answerPort(vcpu, address, 4, events.bindIpi(struct.i32(0)));
      case BIND_VCPU -> events.bindVcpu(struct.i32(0), struct.i32(4));
      case UNMASK -> events.unmask(struct.i32(0));
      default -> reset();
    };
  }

  @Override
  public List<Operation> operations() {
    return List.of(
        new Operation(BIND_INTERDOMAIN, "EVTCHNOP_bind_interdomain"),
        new Operation(BIND_VIRQ, "EVTCHNOP_bind_virq"),
        new Operation(BIND_PIRQ, "EVTCHNOP_bind_pirq"),
        new Operation(CLOSE, "EVTCHNOP_close"),
        new Operation(SEND, "EVTCHNOP_send"),
        new Operation(STATUS, "EVTCHNOP_status"),
        new Operation(ALLOC_UNBOUND, "EVTCHNOP_alloc_unbound"),
        new Operation(BIND_IPI, "EVTCHNOP_bind_ipi"),
        new Operation(BIND_VCPU, "EVTCHNOP_bind_vcpu"),
        new Operation(UNMASK, "EVTCHNOP_unmask"),
        new Operation(RESET, "EVTCHNOP_reset"));
  }

  /** Bytes of an operation's structure; 0 for one that the 2-level ABI does not have. */
  private static int size(int operation) {
    return switch (operation) {
      case BIND_INTERDOMAIN, BIND_VIRQ, BIND_PIRQ -> 12;
      case CLOSE, SEND, UNMASK -> 4;
      case STATUS -> LARGEST;
      case ALLOC_UNBOUND, BIND_IPI, BIND_VCPU -> 8;
      case RESET -> 2;
      default -> 0;
    };
  }

  private long answerPort(Vcpu vcpu, long address, int offset, int port) {
    if (port < 0) {
      return port;
    }
    struct.put32(offset, port);
    // The port stays allocated where the answer cannot be written.
    return struct.store(vcpu, address, offset, 4) ? 0 : -Errno.EFAULT;
  }

  private long allocUnbound(Vcpu vcpu, long address) {
    int refused = DomainId.requireGuest(struct.u16(0));
    return refused != 0
        ? refused
        : answerPort(vcpu, address, 4, events.allocUnbound(struct.u16(2)));
  }

  private long reset() {
    int refused = DomainId.requireGuest(struct.u16(0));
    if (refused == 0) {
      events.reset();
    }
    return refused;
  }

  private long status(Vcpu vcpu, long address) {
    int refused = DomainId.requireGuest(struct.u16(0));
    int port = struct.i32(4);
    if (refused != 0 || !EventChannels.isPort(port)) {
      return refused != 0 ? refused : -Errno.EINVAL;
    }
    Channel channel = events.open(port);
    struct.put32(8, channel == null ? 0 : channel.state.status);
    struct.put32(12, channel == null ? 0 : channel.vcpu);
    if (channel != null) {
      putDetail(channel);
    }
    return struct.store(vcpu, address, 8, 16) ? 0 : -Errno.EFAULT;
  }

  private void putDetail(Channel channel) {
    switch (channel.state) {
      case UNBOUND -> struct.put16(16, channel.remoteDomain);
      case INTERDOMAIN -> {
        struct.put16(16, channel.remoteDomain);
        struct.put32(20, channel.remotePort);
      }
      case VIRQ -> struct.put32(16, channel.virq);
      case IPI -> {
        // nothing but the vCPU
      }
    }
  }
}

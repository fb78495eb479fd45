package dev.vls.vmm.xen;

import dev.vls.vmm.StateException;
import dev.vls.vmm.StateExchange;

/** The guest's end of one event channel that is not closed. */
final class Channel implements StateExchange.Restorable {
  /** What a channel is joined to; {@link #status} is its number in the ABI. */
  enum State {
    UNBOUND(1),
    INTERDOMAIN(2),
    VIRQ(4),
    IPI(5);

    final int status;

    State(int status) {
      this.status = status;
    }

    static State of(int status) {
      for (State state : values()) {
        if (state.status == status) {
          return state;
        }
      }
      throw new StateException("the saved state has an event channel of no kind: " + status);
    }
  }

  State state = State.UNBOUND;

  /** The vCPU that events go to. */
  int vcpu;

  /** The domain at the other end, or the only one that may bind. */
  int remoteDomain;

  int remotePort;
  int virq;

  void listenFor(int domain) {
    state = State.UNBOUND;
    remoteDomain = domain;
    remotePort = 0;
  }

  void join(int domain, int port) {
    state = State.INTERDOMAIN;
    remoteDomain = domain;
    remotePort = port;
  }

  void bindVirq(int number, int target) {
    state = State.VIRQ;
    virq = number;
    vcpu = target;
  }

  void bindIpi(int target) {
    state = State.IPI;
    vcpu = target;
  }

  /**
   * Returns whether the channel takes {@code number} of {@code target}; of any vCPU if the VIRQ is
   * not one per vCPU.
   */
  boolean isVirq(int number, int target) {
    return state == State.VIRQ && virq == number && (vcpu == target || !Virq.isPerVcpu(number));
  }

  /** Returns whether the vCPU was chosen for good when the channel was bound. */
  boolean isTiedToVcpu() {
    return state == State.IPI || state == State.VIRQ && Virq.isPerVcpu(virq);
  }

  @Override
  public void exchange(StateExchange exchange) {
    state = State.of(exchange.number(state.status));
    vcpu = exchange.number(vcpu);
    remoteDomain = exchange.number(remoteDomain);
    remotePort = exchange.number(remotePort);
    virq = exchange.number(virq);
  }
}

package dev.vls.vmm.xen;

import dev.vls.vmm.StateException;
import dev.vls.vmm.StateExchange;
import java.util.ArrayList;
import java.util.List;

/**
 * Event channels of the guest and of the host's back-ends, 2-level ABI: the state of every port and
 * the delivery of events.
 *
 * <p>Operations return a port or 0, or a negative {@link Errno}. Vcpus are named by number.
 */
public final class EventChannels implements StateExchange.Restorable {
  /** Ports of the 2-level ABI; port 0 is never valid. */
  public static final int PORTS = 4096;

  private final SharedInfo shared;
  private final Vcpu[] vcpus;
  private final Channel[] channels = new Channel[PORTS];
  private final HostPorts host = new HostPorts();

  /** Starts with every port closed. */
  EventChannels(SharedInfo shared, Vcpu[] vcpus) {
    this.shared = shared;
    this.vcpus = vcpus;
  }

  /**
   * Joins a port that the guest has allocated for the host to a new port of the host.
   *
   * @param guestPort the guest's port, as its front-end announced it
   * @param handler told of the guest's notifications from now on
   * @return the host's port, at least 1, or -EINVAL if the guest's port does not wait for the host
   */
  public int bindHost(int guestPort, NotifyHandler handler) {
    Channel channel = open(guestPort);
    if (channel == null
        || channel.state != Channel.State.UNBOUND
        || channel.remoteDomain != DomainId.HOST) {
      return -Errno.EINVAL;
    }
    int hostPort = host.add(handler);
    host.join(hostPort, guestPort);
    channel.join(DomainId.HOST, hostPort);
    return hostPort;
  }

  /**
   * Takes over the host's end of a joined channel after a restore, which knows no handlers.
   *
   * @param guestPort the guest's port
   * @param handler told of the guest's notifications from now on
   * @return the host's port, or -EINVAL if the guest's port is not joined to the host
   */
  public int resumeHost(int guestPort, NotifyHandler handler) {
    Channel channel = open(guestPort);
    if (channel == null
        || channel.state != Channel.State.INTERDOMAIN
        || channel.remoteDomain != DomainId.HOST
        || !host.isOpen(channel.remotePort)) {
      return -Errno.EINVAL;
    }
    host.resume(channel.remotePort, handler);
    return channel.remotePort;
  }

  /**
   * Opens a port of the host that the guest may bind by its number.
   *
   * @param handler told of the guest's notifications once it has bound
   * @return the host's port, at least 1
   */
  public int listenHost(NotifyHandler handler) {
    return host.add(handler);
  }

  /**
   * Closes a port of the host; the guest's end stays allocated and waits for the host again.
   * Unknown ports are ignored.
   */
  public void closeHost(int hostPort) {
    Channel channel = open(host.remove(hostPort));
    if (channel != null) {
      channel.listenFor(DomainId.HOST);
    }
  }

  /**
   * Activates a port of the guest that is joined to the host (DESIGN section 3, deferred
   * processing): pending, selector, upcall, pollers.
   *
   * @param guestPort any number; one that is not joined to the host is ignored, since the guest may
   *     have closed it meanwhile
   */
  public void raise(int guestPort) {
    Channel channel = open(guestPort);
    if (channel != null
        && channel.state == Channel.State.INTERDOMAIN
        && channel.remoteDomain == DomainId.HOST) {
      deliver(guestPort);
    }
  }

  /** Returns whether {@code port} can be a port of the guest, open or not. */
  static boolean isPort(long port) {
    return port > 0 && port < PORTS;
  }

  /** Returns whether the pending bit of {@code port}, which is a port, is set. */
  boolean pending(int port) {
    return shared.pending(port);
  }

  /** Returns the open channel at {@code port}, or null. */
  Channel open(int port) {
    return isPort(port) ? channels[port] : null;
  }

  int allocUnbound(int remoteDomain) {
    int port = freePort();
    if (port > 0) {
      channels[port] = new Channel();
      channels[port].listenFor(remoteDomain == DomainId.SELF ? DomainId.GUEST : remoteDomain);
    }
    return port;
  }

  int bindInterdomain(int remoteDomain, int remotePort) {
    if (remoteDomain == DomainId.HOST) {
      return bindToHost(remotePort);
    }
    if (!DomainId.isGuest(remoteDomain)) {
      return -Errno.ESRCH;
    }
    Channel remote = open(remotePort);
    if (remote == null
        || remote.state != Channel.State.UNBOUND
        || remote.remoteDomain != DomainId.GUEST) {
      return -Errno.EINVAL;
    }
    int port = freePort();
    if (port > 0) {
      joinNew(port, DomainId.GUEST, remotePort);
      remote.join(DomainId.GUEST, port);
      deliver(port);
    }
    return port;
  }

  int bindVirq(int virq, int vcpu) {
    int refused = Virq.refusal(virq, vcpu);
    if (refused != 0) {
      return refused;
    }
    if (!isVcpu(vcpu)) {
      return -Errno.ENOENT;
    }
    for (int i = 1; i < PORTS; i++) {
      if (channels[i] != null && channels[i].isVirq(virq, vcpu)) {
        return -Errno.EEXIST;
      }
    }
    int port = freePort();
    if (port > 0) {
      channels[port] = new Channel();
      channels[port].bindVirq(virq, vcpu);
    }
    return port;
  }

  int bindIpi(int vcpu) {
    if (!isVcpu(vcpu)) {
      return -Errno.ENOENT;
    }
    int port = freePort();
    if (port > 0) {
      channels[port] = new Channel();
      channels[port].bindIpi(vcpu);
    }
    return port;
  }

  int bindVcpu(int port, int vcpu) {
    if (!isVcpu(vcpu)) {
      return -Errno.ENOENT;
    }
    Channel channel = open(port);
    if (channel == null || channel.isTiedToVcpu()) {
      return -Errno.EINVAL;
    }
    channel.vcpu = vcpu;
    return 0;
  }

  int close(int port) {
    Channel channel = open(port);
    if (channel == null) {
      return -Errno.EINVAL;
    }
    if (channel.state == Channel.State.INTERDOMAIN) {
      leavePeer(channel);
    }
    shared.clearPending(port);
    channels[port] = null;
    return 0;
  }

  int send(int port) {
    Channel channel = open(port);
    if (channel == null) {
      return -Errno.EINVAL;
    }
    return switch (channel.state) {
      case UNBOUND -> 0;
      case VIRQ -> -Errno.EINVAL;
      case IPI -> {
        deliver(port);
        yield 0;
      }
      case INTERDOMAIN -> {
        notifyPeer(channel, port);
        yield 0;
      }
    };
  }

  int unmask(int port) {
    if (!isPort(port)) {
      return -Errno.EINVAL;
    }
    shared.clearMask(port);
    if (shared.pending(port)) {
      vcpuOf(port).select(port >>> 6);
    }
    return 0;
  }

  void reset() {
    for (int port = 1; port < PORTS; port++) {
      if (channels[port] != null) {
        close(port);
      }
    }
  }

  /** Returns the vCPU that events of {@code port}, which is a port, go to. */
  Vcpu vcpuOf(int port) {
    return vcpus[channels[port] == null ? 0 : channels[port].vcpu];
  }

  @Override
  public void exchange(StateExchange exchange) {
    exchange.entries(
        PORTS,
        port -> channels[port] != null,
        port -> channels[port] = null,
        port -> {
          channels[port] = exchange.restores() ? new Channel() : channels[port];
          channels[port].exchange(exchange);
          if (!isVcpu(channels[port].vcpu)
              || (channels[port].state == Channel.State.INTERDOMAIN
                  && channels[port].remoteDomain == DomainId.GUEST
                  && !isPort(channels[port].remotePort))) {
            throw new StateException("the saved state has an event channel that leads nowhere");
          }
        });
    host.exchange(exchange);
  }

  /** The order is the protocol (xen.md 3.3): pending, mask, selector, upcall, pollers. */
  private void deliver(int port) {
    if (shared.testAndSetPending(port)) {
      return;
    }
    if (!shared.masked(port)) {
      vcpuOf(port).select(port >>> 6);
    }
    for (Vcpu vcpu : vcpus) {
      vcpu.wakePoller(port);
    }
  }

  private void notifyPeer(Channel channel, int port) {
    if (channel.remoteDomain == DomainId.HOST) {
      host.handler(channel.remotePort).notified(port);
    } else {
      deliver(channel.remotePort);
    }
  }

  private void leavePeer(Channel channel) {
    if (channel.remoteDomain == DomainId.HOST) {
      host.leave(channel.remotePort);
    } else {
      channels[channel.remotePort].listenFor(DomainId.GUEST);
    }
  }

  private int bindToHost(int hostPort) {
    if (!host.listens(hostPort)) {
      return -Errno.EINVAL;
    }
    int port = freePort();
    if (port > 0) {
      joinNew(port, DomainId.HOST, hostPort);
      host.join(hostPort, port);
      deliver(port);
    }
    return port;
  }

  private void joinNew(int port, int remoteDomain, int remotePort) {
    channels[port] = new Channel();
    channels[port].join(remoteDomain, remotePort);
  }

  private int freePort() {
    for (int port = 1; port < PORTS; port++) {
      if (channels[port] == null) {
        return port;
      }
    }
    return -Errno.ENOSPC;
  }

  private boolean isVcpu(int vcpu) {
    return vcpu >= 0 && vcpu < vcpus.length;
  }

  /** The host's ends; numbers are dense, the lowest free one first. */
  private static final class HostPorts implements StateExchange.Restorable {
    private static final int NO_PEER = 0;
    private static final int CLOSED = -1;
    private static final int END = -2;

    private record End(NotifyHandler handler, int guestPort) {}

    private final List<End> ends = new ArrayList<>(List.of(new End(port -> {}, NO_PEER)));

    int add(NotifyHandler handler) {
      int port = 1;
      while (port < ends.size() && ends.get(port) != null) {
        port++;
      }
      if (port == ends.size()) {
        ends.add(null);
      }
      ends.set(port, new End(handler, NO_PEER));
      return port;
    }

    /** Returns the guest's port of the removed end, 0 if there is none. */
    int remove(int port) {
      if (!isOpen(port)) {
        return NO_PEER;
      }
      return ends.set(port, null).guestPort();
    }

    boolean listens(int port) {
      return isOpen(port) && ends.get(port).guestPort() == NO_PEER;
    }

    void join(int port, int guestPort) {
      ends.set(port, new End(handler(port), guestPort));
    }

    void leave(int port) {
      join(port, NO_PEER);
    }

    NotifyHandler handler(int port) {
      return ends.get(port).handler();
    }

    @Override
    public void exchange(StateExchange exchange) {
      int port = 0;
      for (int peer = pass(exchange, port); peer != END; peer = pass(exchange, ++port)) {
        if (exchange.restores()) {
          restore(port, peer);
        }
      }
      ends.subList(port, ends.size()).clear();
    }

    private int pass(StateExchange exchange, int port) {
      return exchange.number(peer(port), END, PORTS - 1);
    }

    private int peer(int port) {
      if (port >= ends.size()) {
        return END;
      }
      return ends.get(port) == null ? CLOSED : ends.get(port).guestPort();
    }

    /** An end that was not there yet is nobody's until its owner resumes it. */
    private void restore(int port, int peer) {
      if (port >= PORTS) {
        throw new StateException("the saved state has too many ports of the host");
      }
      if (port == ends.size()) {
        ends.add(null);
      }
      End end = ends.get(port);
      NotifyHandler handler = end == null ? from -> {} : end.handler();
      ends.set(port, peer == CLOSED ? null : new End(handler, peer));
    }

    void resume(int port, NotifyHandler handler) {
      ends.set(port, new End(handler, ends.get(port).guestPort()));
    }

    private boolean isOpen(int port) {
      return port > 0 && port < ends.size() && ends.get(port) != null;
    }
  }
}

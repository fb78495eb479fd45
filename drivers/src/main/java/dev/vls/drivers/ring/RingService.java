package dev.vls.drivers.ring;

import dev.vls.sma.Grant;
import dev.vls.sma.OutputMessage;
import dev.vls.sma.PortContext;
import dev.vls.sma.RingCounters;
import dev.vls.vmm.StateException;
import dev.vls.vmm.StateExchange;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Serves one ring: takes requests at the guest's notifications, passes them on, and answers at the
 * commits by which a back-end completes them. The requests under way are inside state, so whoever
 * takes over can be told of them.
 */
final class RingService<M extends OutputMessage>
    implements UnderWay.Listener<M, RequestGrants>, StateExchange.Restorable {
  private final PortContext context;
  private final XenPort xen;
  private final RingDevice<M> device;
  private final UnderWay<M, RequestGrants> underWay;
  private final Runnable progress;
  private final RingCounters counters;
  private BackRing ring;
  private Grant page;
  private int guestPort;
  private int hostPort;
  private boolean accepting;

  /**
   * Allocates the completion page.
   *
   * @param progress called when requests were completed or the ring has broken
   */
  RingService(PortContext context, XenPort xen, RingDevice<M> device, Runnable progress) {
    this.context = context;
    this.xen = xen;
    this.device = device;
    this.progress = progress;
    counters = context.ring("xen");
    underWay = new UnderWay<>(context, xen.memory(), this);
  }

  boolean connected() {
    return ring != null;
  }

  /** Returns whether the guest has made the ring unusable. */
  boolean broken() {
    return ring != null && ring.broken();
  }

  /** Returns whether a back-end has requests. */
  boolean busy() {
    return !underWay.isEmpty();
  }

  /** Maps the ring and binds the event channel; returns what prevents it, or nothing. */
  Optional<String> connect(int ringRef, int eventChannel) {
    Optional<Grant> grant = xen.pin(ringRef, true);
    if (grant.isEmpty()) {
      return Optional.of(
          "ring-ref " + Integer.toUnsignedString(ringRef) + " is not granted for writing");
    }
    int bound = xen.bind(eventChannel, this::serve);
    if (bound < 0) {
      xen.unpin(grant.get());
      return Optional.of("event-channel " + eventChannel + " does not wait for this back-end");
    }
    page = grant.get();
    hostPort = bound;
    guestPort = eventChannel;
    context.polledBy(guestPort);
    ring = new BackRing(xen.memory(), page.frame(), device.entryBytes());
    accepting = true;
    return Optional.empty();
  }

  /** Takes no further requests. */
  void stop() {
    accepting = false;
  }

  /** Lets go of ring and event channel; no requests may be under way. */
  void disconnect() {
    if (ring != null) {
      xen.close(hostPort);
      context.polledBy(0);
      xen.unpin(page);
      ring = null;
      accepting = false;
    }
  }

  /** Takes all requests there are room for, and publishes what could be answered at once. */
  void serve() {
    if (!accepting) {
      return;
    }
    while (!underWay.isFull()) {
      ByteBuffer entry = ring.take();
      if (entry == null) {
        break;
      }
      serve(entry);
    }
    ring.awaitRequest();
    publish();
    if (ring.broken()) {
      stop();
      progress.run();
    }
  }

  private void serve(ByteBuffer entry) {
    counters.request();
    Ticket ticket = underWay.ticket();
    RequestGrants grants = new RequestGrants(xen);
    switch (device.request(ticket, entry, grants)) {
      case RingDevice.Serve<M> serve -> underWay.pass(ticket, serve.message(), grants);
      case RingDevice.Answer<M> answer -> {
        grants.release();
        put(answer.response());
      }
    }
  }

  private void put(byte[] response) {
    ring.put(response);
    counters.response();
  }

  private void publish() {
    if (ring.publish()) {
      xen.raise(guestPort);
    }
  }

  @Override
  public void done(M message, RequestGrants grants, ByteBuffer result) {
    put(device.response(message, result));
    grants.release();
  }

  @Override
  public void settled() {
    publish();
    serve();
    progress.run();
  }

  /** Passes everything that is under way on once more, oldest first. */
  void reissue() {
    underWay.reissue();
  }

  @Override
  public M message(StateExchange exchange, Ticket ticket, M message) {
    return device.exchange(exchange, ticket, message);
  }

  @Override
  public RequestGrants kept(StateExchange exchange, RequestGrants kept) {
    RequestGrants grants = kept == null ? new RequestGrants(xen) : kept;
    grants.exchange(exchange);
    return grants;
  }

  @Override
  public void exchange(StateExchange exchange) {
    boolean joined = exchange.flag(connected());
    if (joined) {
      page = Grant.exchange(exchange, connected() ? page : new Grant(0, 0, true));
      guestPort = exchange.number(guestPort);
    }
    if (exchange.restores()) {
      resume(joined);
    }
    if (joined) {
      ring.exchange(exchange);
    }
    accepting = exchange.flag(accepting);
    underWay.exchange(exchange);
  }

  /** The machine's state is restored already: pins and channels are there, but for who hears. */
  private void resume(boolean joined) {
    ring = null;
    context.polledBy(joined ? guestPort : 0);
    if (joined) {
      hostPort = xen.resume(guestPort, this::serve);
      if (hostPort < 0 || !xen.memory().isFrame(page.frame())) {
        throw new StateException("the saved state has a ring that is not connected");
      }
      ring = new BackRing(xen.memory(), page.frame(), device.entryBytes());
    }
  }
}

package dev.vls.drivers.ring;

import dev.vls.sma.Grant;
import dev.vls.sma.OutputMessage;
import dev.vls.sma.PortContext;
import dev.vls.sma.RingCounters;
import dev.vls.vmm.StateSink;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Serves one ring: takes requests at the guest's notifications, passes them on, and answers at the
 * commits by which a back-end completes them. The requests under way are inside state, so whoever
 * takes over can be told of them.
 */
final class RingService<M extends OutputMessage> implements StateSink.Stateful {
  private final PortContext context;
  private final XenPort xen;
  private final RingDevice<M> device;
  private final int completionFrame;
  private final List<Service<M>> services =
      new ArrayList<>(Collections.nCopies(CompletionLayout.SLOTS, null));
  private final Runnable progress;
  private final RingCounters counters;
  private BackRing ring;
  private Grant page;
  private int guestPort;
  private int hostPort;
  private long lastSeq;
  private boolean accepting;

  /** A request that the back-end has. */
  private record Service<M extends OutputMessage>(Ticket ticket, M message, RequestGrants grants) {}

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
    completionFrame = xen.memory().allocateFrame();
    xen.memory().listen(completionFrame, this::committed);
    context.open(completionFrame);
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
    return services.stream().anyMatch(Objects::nonNull);
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
    for (int slot = freeSlot(); slot >= 0; slot = freeSlot()) {
      ByteBuffer entry = ring.take();
      if (entry == null) {
        break;
      }
      serve(slot, entry);
    }
    ring.awaitRequest();
    publish();
    if (ring.broken()) {
      stop();
      progress.run();
    }
  }

  private int freeSlot() {
    return services.indexOf(null);
  }

  private void serve(int slot, ByteBuffer entry) {
    counters.request();
    Ticket ticket = new Ticket(completionFrame, slot, ++lastSeq);
    RequestGrants grants = new RequestGrants(xen);
    switch (device.request(ticket, entry, grants)) {
      case RingDevice.Serve<M> serve -> {
        services.set(slot, new Service<>(ticket, serve.message(), grants));
        context.emit(serve.message());
      }
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

  /** A commit has changed the completion page. */
  private void committed() {
    boolean any = false;
    for (int slot = 0; slot < services.size(); slot++) {
      Service<M> service = services.get(slot);
      int offset = slot * CompletionLayout.SLOT_BYTES;
      if (service != null
          && xen.memory().i64(completionFrame, offset + CompletionLayout.SEQ_OFFSET)
              == service.ticket().seq()) {
        complete(service, offset);
        any = true;
      }
    }
    if (any) {
      publish();
      serve();
      progress.run();
    }
  }

  private void complete(Service<M> service, int offset) {
    byte[] result = new byte[CompletionLayout.RESULT_BYTES];
    xen.memory()
        .read(completionFrame, offset + CompletionLayout.RESULT_OFFSET, result, 0, result.length);
    put(device.response(service.message(), ByteBuffer.wrap(result).order(ByteOrder.LITTLE_ENDIAN)));
    service.grants().release();
    services.set(service.ticket().slot(), null);
  }

  /** Passes everything that is under way on once more, oldest first. */
  void reissue() {
    services.stream()
        .filter(Objects::nonNull)
        .sorted(Comparator.comparingLong(service -> service.ticket().seq()))
        .forEach(service -> context.emit(service.message()));
  }

  @Override
  public void save(StateSink sink) {
    sink.flag(connected());
    if (connected()) {
      ring.save(sink);
      sink.word(page.ref());
      sink.word(page.frame());
      sink.word(guestPort);
    }
    sink.word(lastSeq);
    sink.flag(accepting);
    for (Service<M> service : services) {
      sink.flag(service != null);
      if (service != null) {
        service.message().digest(sink);
      }
    }
  }
}

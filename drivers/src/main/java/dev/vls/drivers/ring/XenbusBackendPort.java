package dev.vls.drivers.ring;

import static dev.vls.drivers.ring.XenbusState.*;

import dev.vls.drivers.store.StoreAccess;
import dev.vls.drivers.store.StorePort;
import dev.vls.sma.DevicePort;
import dev.vls.sma.PortContext;
import dev.vls.vmm.StateExchange;
import dev.vls.vmm.xen.DomainId;
import java.util.List;
import java.util.Optional;

/**
 * The inside half of any split device with one ring: the xenbus handshake (ABI 6.3), then requests
 * and responses.
 *
 * <p>A {@link RingDevice} says what is particular about the device. A guest that breaks its ring,
 * or announces one that cannot be, loses the device until it has closed it and starts again; the
 * reason is in the back-end's {@code error} node.
 */
public final class XenbusBackendPort implements DevicePort {
  private static final List<String> PROTOCOLS = List.of("riscv64-abi", "x86_64-abi", "arm-abi");
  private static final int BAD = -1;

  private final StoreAccess store;
  private final RingDevice<?> device;
  private final String front;
  private final String back;
  private final int id;
  private RingService<?> service;
  private int state = INITIALISING;
  private boolean closing;

  /**
   * Creates the port of a device.
   *
   * @param store the machine's store, plugged in before
   * @param device what kind of device
   * @param id number of the device among those of its type: the last part of its paths
   */
  public XenbusBackendPort(StorePort store, RingDevice<?> device, int id) {
    this(store.access(), device, id);
  }

  XenbusBackendPort(StoreAccess store, RingDevice<?> device, int id) {
    this.store = store;
    this.device = device;
    this.id = id;
    front = "/local/domain/" + DomainId.GUEST + "/device/" + device.type() + "/" + id;
    back =
        "/local/domain/"
            + DomainId.HOST
            + "/backend/"
            + device.type()
            + "/"
            + DomainId.GUEST
            + "/"
            + id;
  }

  @Override
  public void start(PortContext context) {
    start(context, XenPort.of(context.machine()));
  }

  void start(PortContext context, XenPort xen) {
    service = new RingService<>(context, xen, device, this::progress);
    writeNodes();
    device.features().forEach((key, value) -> store.write(back + "/" + key, value));
    enter(INIT_WAIT);
    store.watch(front + "/state", path -> frontChanged());
  }

  private void writeNodes() {
    store.makeDirectory(back, "n" + DomainId.HOST, "r" + DomainId.GUEST);
    store.write(back + "/frontend", front);
    store.write(back + "/frontend-id", Integer.toString(DomainId.GUEST));
    store.write(back + "/online", "1");
    store.makeDirectory(front, "n" + DomainId.GUEST, "r" + DomainId.HOST);
    store.write(front + "/backend", back);
    store.write(front + "/backend-id", Integer.toString(DomainId.HOST));
    device.frontNodes().forEach((key, value) -> store.write(front + "/" + key, value));
    store.write(front + "/state", Integer.toString(INITIALISING));
  }

  private void enter(int next) {
    state = next;
    store.write(back + "/state", Integer.toString(next));
  }

  /**
   * The front-end may have changed its state; a hint only, so what counts is what the node says
   * now.
   */
  private void frontChanged() {
    switch (number("state")) {
      case INITIALISING -> {
        if (state == CLOSED) {
          enter(INIT_WAIT);
        }
      }
      case INITIALISED, CONNECTED -> {
        if (state == INIT_WAIT) {
          connect();
        }
      }
      case CLOSING, CLOSED, BAD -> close();
      default -> {}
    }
  }

  private void connect() {
    Optional<String> problem = problemOfProtocol();
    if (problem.isEmpty()) {
      problem = service.connect(number("ring-ref"), number("event-channel"));
    }
    if (problem.isPresent()) {
      fail(problem.get());
      return;
    }
    device.geometry().forEach((key, value) -> store.write(back + "/" + key, value));
    enter(CONNECTED);
    service.serve();
  }

  private Optional<String> problemOfProtocol() {
    return store
        .read(front + "/protocol")
        .filter(protocol -> !PROTOCOLS.contains(protocol))
        .map(protocol -> "this protocol is not spoken here");
  }

  private void fail(String problem) {
    store.write(back + "/error", problem);
    close();
  }

  private void close() {
    if (state != CLOSED) {
      closing = true;
      service.stop();
      progress();
    }
  }

  /** Requests were completed, or the ring broke: takes the closing on as far as it can go. */
  private void progress() {
    if (service.broken() && !closing) {
      fail("the ring's indices are out of range");
      return;
    }
    if (!closing || service.busy()) {
      return; // what the back-end still has names the guest's pages
    }
    service.disconnect();
    int frontState = number("state");
    if (frontState == CLOSED || frontState == BAD) {
      closing = false;
      enter(CLOSED);
    } else if (state != CLOSING) {
      enter(CLOSING);
    }
  }

  /** Returns a number of the front-end's directory, {@link #BAD} if it is missing or none. */
  private int number(String key) {
    String text = store.read(front + "/" + key).orElse("");
    boolean digits =
        !text.isEmpty() && text.length() <= 9 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    return digits ? Integer.parseInt(text) : BAD;
  }

  @Override
  public void reissue() {
    service.reissue();
  }

  @Override
  public boolean owed() {
    return device.prompt() && service.busy();
  }

  @Override
  public void exchange(StateExchange exchange) {
    exchange.same(id);
    state = exchange.number(state, INITIALISING, CLOSED);
    closing = exchange.flag(closing);
    service.exchange(exchange);
  }
}

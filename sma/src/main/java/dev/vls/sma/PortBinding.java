package dev.vls.sma;

import dev.vls.vmm.Machine;
import dev.vls.vmm.StateExchange;
import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.xen.Access;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/**
 * Joins a port, its channel and the back-end that is attached at the moment. Domain's thread,
 * unless said.
 */
final class PortBinding implements PortContext {
  private static final int MOST_SAVED_PINS = 1 << 16;
  private static final int MOST_PINS = 255;

  private final int number;
  private final String name;
  private final DevicePort port;
  private final Machine machine;
  private final OutputGate gate;
  private final Inbox inbox;
  private final CaptureMode mode;
  private final Set<Integer> openFrames = new HashSet<>();
  private final Loans loans = new Loans();
  private final Deque<Submission.Flushed> held = new ArrayDeque<>();
  private final List<RingCounters> rings = new CopyOnWriteArrayList<>();
  private final Attachment elsewhere = Attachment.elsewhere(this);
  private int eventPort;
  private int pollPort;
  private Optional<Attachment> attachment = Optional.empty();
  private boolean reissuing;

  PortBinding(int number, String name, DevicePort port, Host host) {
    this.number = number;
    this.name = name;
    this.port = port;
    this.machine = host.machine();
    this.gate = host.gate();
    this.inbox = host.inbox();
    this.mode = host.mode();
  }

  /** What all ports of a domain share. */
  record Host(Machine machine, OutputGate gate, Inbox inbox, CaptureMode mode) {}

  int number() {
    return number;
  }

  String name() {
    return name;
  }

  DevicePort port() {
    return port;
  }

  CaptureMode mode() {
    return mode;
  }

  GuestMemory memory() {
    return machine.memory();
  }

  @Override
  public Machine machine() {
    return machine;
  }

  @Override
  public void emit(OutputMessage message) {
    if (reissuing) {
      attached().ifPresent(receiver -> gate.send(receiver, message));
    } else {
      gate.emit(this, message);
    }
  }

  @Override
  public void open(int frame) {
    openFrames.add(frame);
  }

  @Override
  public void shut(int frame) {
    openFrames.remove(frame);
  }

  @Override
  public RingCounters ring(String frontEnd) {
    RingCounters counters = new RingCounters(name, frontEnd);
    rings.add(counters);
    return counters;
  }

  /** Returns the counters of the rings that the port has. Any thread. */
  List<RingCounters> rings() {
    return rings;
  }

  @Override
  public void lend(long number) {
    loans.lend(number);
  }

  @Override
  public void takeBack(long number) {
    loans.takeBack(number);
  }

  @Override
  public void port(int eventChannelPort) {
    eventPort = eventChannelPort;
    pollPort = eventChannelPort;
  }

  @Override
  public void polledBy(int eventChannelPort) {
    pollPort = eventChannelPort;
  }

  boolean isOpen(int frame) {
    return openFrames.contains(frame);
  }

  /** Returns what the port has lent. Any thread. */
  Loans loans() {
    return loans;
  }

  int eventPort() {
    return eventPort;
  }

  /** Returns the port whose poll by the guest flushes what is held; 0 for none. */
  int pollPort() {
    return pollPort;
  }

  /** Keeps a program for the guest's poll. */
  void hold(Submission.Flushed program) {
    held.add(program);
  }

  int heldPrograms() {
    return held.size();
  }

  /** Returns what is held, oldest first, and holds it no longer. */
  List<Submission.Flushed> takeHeld() {
    List<Submission.Flushed> taken = List.copyOf(held);
    held.clear();
    return taken;
  }

  /** Attaches a back-end and tells it where things stand. */
  void attach(Backend next, BiConsumer<String, RuntimeException> failure) {
    detach();
    Attachment stay = new Attachment(this, next, failure);
    next.attach(new Channel(stay, inbox, gate));
    attachment = Optional.of(stay);
    reissuing = true;
    try {
      port.reissue();
    } finally {
      reissuing = false;
    }
  }

  /** Detaches the back-end, if there is one, without closing it. */
  void detach() {
    attachment.ifPresent(this::end);
    attachment = Optional.empty();
  }

  /** Returns the stay of the back-end that is attached now. */
  Optional<Attachment> attached() {
    return attachment.filter(Attachment::open);
  }

  /** Returns whether a back-end is attached that owes the guest an answer. */
  boolean owed() {
    return attached().isPresent() && port.owed();
  }

  private void end(Attachment stay) {
    gate.drop(stay);
    takeHeld().forEach(program -> program.report(ProgramResult.DETACHED));
    takeBackPins(stay);
  }

  /**
   * Notes pins that a back-end has made or taken back where the run was before it came here.
   *
   * @param count how many, negative for those taken back
   */
  void pinnedElsewhere(int ref, Access access, int count) {
    for (int i = 0; i < count; i++) {
      elsewhere.pinned(ref, access);
    }
    for (int i = 0; i > count; i--) {
      boolean _ = elsewhere.unpinned(ref, access);
    }
  }

  /**
   * Passes the pins that back-ends have made; who restores them has those of others to take back.
   */
  void exchangePins(StateExchange exchange) {
    for (Access access : Access.values()) {
      TreeMap<Integer, Integer> pins = new TreeMap<>(elsewhere.pins(access));
      attachment.ifPresent(
          stay -> stay.pins(access).forEach((ref, count) -> pins.merge(ref, count, Integer::sum)));
      List<Map.Entry<Integer, Integer>> passed =
          exchange.list(
              List.copyOf(pins.entrySet()),
              MOST_SAVED_PINS,
              pin ->
                  Map.entry(
                      exchange.number(pin == null ? 0 : pin.getKey()),
                      exchange.number(pin == null ? 0 : pin.getValue(), 0, MOST_PINS)));
      if (exchange.restores()) {
        elsewhere.pins(access).clear();
        passed.forEach(pin -> elsewhere.pins(access).put(pin.getKey(), pin.getValue()));
      }
    }
  }

  /** Takes back what {@link #pinnedElsewhere} has noted: whoever made those pins is gone. */
  void takeBackPinsElsewhere() {
    takeBackPins(elsewhere);
  }

  private void takeBackPins(Attachment stay) {
    for (Access access : Access.values()) {
      stay.pins(access)
          .forEach(
              (ref, count) -> {
                for (int i = 0; i < count; i++) {
                  inbox.putOwn(Submission.Exclusion.left(stay, ref, access));
                }
              });
    }
  }
}

package dev.vls.sma;

import dev.vls.vmm.Machine;
import dev.vls.vmm.memory.GuestMemory;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * Joins a port, its channel and the back-end that is attached at the moment. Domain's thread,
 * unless said.
 */
final class PortBinding implements PortContext {
  private final int number;
  private final String name;
  private final DevicePort port;
  private final Machine machine;
  private final OutputGate gate;
  private final CaptureMode mode;
  private final Set<Integer> openFrames = new HashSet<>();
  private final Deque<Submission> held = new ArrayDeque<>();
  private int eventPort;
  private int attachment;
  private int waiting; // messages in the gate; guarded by the gate
  private long weight; // bytes in the gate and in the back-end; guarded by the gate
  private volatile Backend backend;
  private boolean reissuing;

  PortBinding(
      int number,
      String name,
      DevicePort port,
      Machine machine,
      OutputGate gate,
      CaptureMode mode) {
    this.number = number;
    this.name = name;
    this.port = port;
    this.machine = machine;
    this.gate = gate;
    this.mode = mode;
  }

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
      gate.again(this, message);
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
  public void port(int eventChannelPort) {
    eventPort = eventChannelPort;
  }

  boolean isOpen(int frame) {
    return openFrames.contains(frame);
  }

  int eventPort() {
    return eventPort;
  }

  Deque<Submission> held() {
    return held;
  }

  boolean current(int number) {
    return number == attachment;
  }

  /** Attaches a back-end and tells it where things stand. */
  void attach(Backend next, Inbox inbox) {
    detach();
    attachment++;
    next.attach(new Channel(this, attachment, inbox, gate));
    backend = next;
    reissuing = true;
    try {
      port.reissue();
    } finally {
      reissuing = false;
    }
  }

  /** Detaches the back-end, if there is one, without closing it. */
  void detach() {
    if (backend != null) {
      gate.drop(this);
      backend = null;
      attachment++;
      held.clear();
    }
  }

  boolean attached() {
    return backend != null;
  }

  /** Hands a message over; called with the gate's lock held. */
  void deliver(OutputMessage message) {
    Backend target = backend;
    if (target != null) {
      target.accept(message);
    }
  }

  boolean hasWaiting() {
    return waiting > 0;
  }

  void waiting(int change) {
    waiting += change;
  }

  long weight() {
    return weight;
  }

  void weigh(long change) {
    weight += change;
  }

  void clearWaiting() {
    waiting = 0;
  }
}

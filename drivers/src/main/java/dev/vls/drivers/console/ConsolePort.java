package dev.vls.drivers.console;

import dev.vls.drivers.ring.XenPort;
import dev.vls.sma.DevicePort;
import dev.vls.sma.PortContext;
import dev.vls.sma.RingCounters;
import dev.vls.vmm.Machine;
import dev.vls.vmm.StateExchange;
import dev.vls.vmm.board.ConsoleInput;
import java.util.Arrays;

/**
 * The console's inside half: one output stream and one input stream, whichever front-end the guest
 * uses.
 *
 * <p>Output of the Xen ring, the UART, the SBI console and console_io leaves as {@link
 * ConsoleMessage.ConsoleBytes} in the order in which the guest wrote it. Input is always committed
 * to the device page of {@link ConsoleInput}, which the guest cannot touch, so its count is
 * authoritative. There it waits for the UART and the SBI console; once the guest has used the Xen
 * ring, this port moves it on into the ring and raises the event channel, inside and at the instant
 * of the commit. So nothing typed early is lost when the guest changes front-ends.
 */
public final class ConsolePort implements DevicePort {
  /**
   * Bytes that are taken from the device page before the back-end hears of the room, unless the
   * page is empty.
   */
  static final int ROOM_STEP = 512;

  private PortContext context;
  private XenPort xen;
  private ConsoleInput input;
  private ConsoleRing ring;
  private RingCounters counters;
  private int ringPort;
  private final byte[] moved = new byte[ConsoleRingLayout.IN_BYTES];
  private Runnable inputHook = () -> {};
  private boolean ringUsed;
  private boolean moving;
  private long outputOffset;
  private long produced;
  private long consumed;
  private long toldConsumed;

  /** Creates the port of the machine's one console. */
  public ConsolePort() {}

  @Override
  public void start(PortContext portContext) {
    Machine machine = portContext.machine();
    machine.console(this::output);
    start(
        portContext,
        XenPort.of(machine),
        machine.consoleInput(),
        machine.xen().consoleFrame(),
        machine.xen().consolePort());
  }

  void start(
      PortContext portContext, XenPort xenPort, ConsoleInput consoleInput, int frame, int port) {
    context = portContext;
    xen = xenPort;
    input = consoleInput;
    ringPort = port;
    ring = new ConsoleRing(xen.memory(), frame);
    counters = context.ring("xen");
    if (xen.bind(port, this::notified) < 0) {
      throw new IllegalStateException("the console's event channel is in use");
    }
    context.polledBy(port);
    input.onProduced(this::inputCommitted);
    input.onConsumed(this::inputConsumed);
    context.open(input.frame());
  }

  /** Takes bytes of UART, SBI console or console_io. */
  void output(byte[] bytes, int offset, int length) {
    emitBytes(Arrays.copyOfRange(bytes, offset, offset + length));
  }

  private void emitBytes(byte[] bytes) {
    context.emit(new ConsoleMessage.ConsoleBytes(outputOffset, bytes));
    outputOffset += bytes.length;
  }

  /** The guest has notified: it wrote, or it read and there is room. */
  private void notified() {
    ringUsed = true;
    byte[] bytes = ring.takeOutput();
    if (bytes.length > 0) {
      counters.request();
      emitBytes(bytes);
    }
    boolean given = moveInput();
    if (given) {
      tellRoom();
    }
    if (given || bytes.length > 0) {
      xen.raise(ringPort);
    }
  }

  /**
   * Says so at every commit: a back-end that takes over later has no other way to know the offset.
   */
  private void inputCommitted() {
    long before = produced;
    produced += input.produced() - (int) before;
    if (produced == before) {
      return;
    }
    inputArrived();
    if (ringUsed && moveInput()) {
      xen.raise(ringPort);
    }
    tellRoom();
    context.emit(new ConsoleMessage.InputAccepted(produced));
  }

  /** Sets which other front-end is told, inside, that input waits. */
  void onInput(Runnable hook) {
    inputHook = hook;
  }

  /** Offers what waits to the other front-end. */
  void inputArrived() {
    inputHook.run();
  }

  /** Returns how many bytes of input wait for whoever takes them first. */
  int inputWaiting() {
    return input.available();
  }

  /** Takes input, at most {@code limit} bytes. */
  byte[] takeInput(int limit) {
    byte[] bytes = new byte[Math.min(limit, input.available())];
    int count = input.take(bytes, 0, bytes.length);
    return Arrays.copyOf(bytes, count);
  }

  /** Moves waiting input into the ring as far as it fits; whether anything was moved. */
  private boolean moveInput() {
    int room = ring.inputRoom();
    if (room == 0) {
      return false;
    }
    moving = true;
    int count = input.take(moved, 0, room);
    moving = false;
    if (count == 0) {
      return false;
    }
    ring.putInput(moved, count);
    counters.response();
    return true;
  }

  private void inputConsumed(int count) {
    consumed += count - (int) consumed;
    boolean worthwhile = input.available() == 0 || consumed - toldConsumed >= ROOM_STEP;
    if (!moving && worthwhile) {
      tellRoom();
    }
  }

  private void tellRoom() {
    toldConsumed = consumed;
    context.emit(room());
  }

  private ConsoleMessage.InputRoom room() {
    return new ConsoleMessage.InputRoom(input.frame(), produced, consumed);
  }

  @Override
  public void reissue() {
    context.emit(room());
    context.emit(new ConsoleMessage.InputAccepted(produced));
  }

  @Override
  public void exchange(StateExchange exchange) {
    ring.exchange(exchange);
    ringUsed = exchange.flag(ringUsed);
    outputOffset = exchange.word(outputOffset);
    produced = exchange.word(produced);
    consumed = exchange.word(consumed);
    toldConsumed = exchange.word(toldConsumed);
  }
}

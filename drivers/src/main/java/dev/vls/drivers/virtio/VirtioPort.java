package dev.vls.drivers.virtio;

import dev.vls.drivers.ring.Ticket;
import dev.vls.drivers.ring.UnderWay;
import dev.vls.sma.DevicePort;
import dev.vls.sma.OutputMessage;
import dev.vls.sma.PortContext;
import dev.vls.sma.RingCounters;
import dev.vls.vmm.StateExchange;
import dev.vls.vmm.board.InterruptLine;
import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.memory.MmioDevice;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The inside half of any virtio device: registers, queues, and requests from the guest's
 * notification to the commit that completes them (decision 0009).
 *
 * <p>A {@link VirtioDevice} says what is particular about the device. The room of a request is lent
 * to the back-end until the request is done; a reset of the device takes everything back, and what
 * a back-end still pushes for it commits nothing.
 *
 * @param <M> what the back-end is told
 */
public final class VirtioPort<M extends OutputMessage> implements DevicePort {
  /** Bytes of requests under way from which on more wait in their queue. */
  static final long MAX_WEIGHT = 8L << 20;

  private static final int MAX_QUEUES = 8;

  private final VirtioDevice<M> device;
  private final int slot;
  private final List<VirtQueue> queues = new ArrayList<>();
  private final List<Predicate<Chain>> inQueue = new ArrayList<>();
  private PortContext context;
  private GuestRam ram;
  private VirtioRegisters registers;
  private UnderWay<M, Chain> underWay;
  private RingCounters counters;

  /**
   * Creates the port of a device.
   *
   * @param slot the board's slot that it goes into, 0 to 7
   */
  public VirtioPort(VirtioDevice<M> device, int slot) {
    if (device.queues() < 1 || device.queues() > MAX_QUEUES) {
      throw new IllegalArgumentException(device.queues() + " queues: expected 1 to " + MAX_QUEUES);
    }
    this.device = device;
    this.slot = slot;
  }

  @Override
  public void start(PortContext portContext) {
    MmioDevice window = start(portContext, portContext.machine().memory());
    line(portContext.machine().plugVirtio(slot, window));
  }

  /** Starts on any memory; returns what answers at the registers. */
  MmioDevice start(PortContext portContext, GuestMemory memory) {
    context = portContext;
    underWay = new UnderWay<>(context, memory, new Completion());
    counters = context.ring("virtio");
    ram = new GuestRam(memory);
    for (int queue = 0; queue < device.queues(); queue++) {
      queues.add(new VirtQueue(ram, queue));
      inQueue.add(inQueue(queue));
    }
    registers = new VirtioRegisters(device, queues, new Driver());
    return new Window(registers);
  }

  void line(InterruptLine wire) {
    registers.line(wire);
  }

  /** What the driver's registers ask for. */
  private final class Driver implements VirtioRegisters.Owner {
    @Override
    public void live() {
      for (int queue = 0; queue < queues.size(); queue++) {
        serve(queue);
      }
    }

    @Override
    public void notified(int queue) {
      serve(queue);
    }

    @Override
    public void stopped(int queue) {
      if (underWay.forget(inQueue.get(queue))) {
        device.forgotten(queue).ifPresent(context::emit);
      }
    }
  }

  /**
   * Takes all requests of a queue there is room for, and publishes what could be answered at once;
   * to be called, too, when {@link VirtioDevice#takes} has become true.
   */
  public void serve(int number) {
    VirtQueue queue = queues.get(number);
    while (registers.isLive() && hasRoom(number) && device.takes(number)) {
      Optional<Chain> chain = queue.take();
      if (chain.isEmpty()) {
        break;
      }
      serve(queue, chain.get());
    }
    queue.awaitRequest();
    publish(queue);
  }

  private static Predicate<Chain> inQueue(int queue) {
    return chain -> chain.queue() == queue;
  }

  /** No queue takes room from another: buffers to receive into would keep all from being sent. */
  private boolean hasRoom(int number) {
    return underWay.weight() < MAX_WEIGHT
        && underWay.count(inQueue.get(number)) < UnderWay.MOST / queues.size();
  }

  private void serve(VirtQueue queue, Chain chain) {
    counters.request();
    Ticket ticket = underWay.ticket();
    switch (device.request(ticket, chain)) {
      case VirtioDevice.Serve<M>(M message) -> underWay.pass(ticket, message, chain);
      case VirtioDevice.Tell<M>(M message, int written) -> {
        context.emit(message);
        put(queue, chain, written);
      }
      case VirtioDevice.Done<M>(int written) -> put(queue, chain, written);
    }
  }

  private void put(VirtQueue queue, Chain chain, int written) {
    queue.put(chain.head(), written);
    counters.response();
  }

  private void publish(VirtQueue queue) {
    if (queue.publish()) {
      registers.interruptUsed();
    }
    if (queue.broken()) {
      registers.needsReset();
    }
  }

  /** The configuration space of the device has changed. */
  public void configChanged() {
    registers.configChanged();
  }

  /** What a back-end has completed. */
  private final class Completion implements UnderWay.Listener<M, Chain> {
    @Override
    public void done(M message, Chain chain, ByteBuffer result) {
      int written = device.response(message, chain, result);
      put(queues.get(chain.queue()), chain, written);
    }

    @Override
    public M message(StateExchange exchange, Ticket ticket, M message) {
      return device.exchange(exchange, ticket, message);
    }

    @Override
    public Chain kept(StateExchange exchange, Chain kept) {
      return Chain.exchange(exchange, ram, queues.size(), kept);
    }

    @Override
    public void settled() {
      for (int queue = 0; queue < queues.size(); queue++) {
        if (queues.get(queue).ready()) {
          serve(queue);
        }
      }
    }
  }

  @Override
  public void reissue() {
    underWay.reissue();
  }

  @Override
  public boolean owed() {
    return device.prompt() && !underWay.isEmpty();
  }

  @Override
  public void exchange(StateExchange exchange) {
    exchange.same(slot);
    registers.exchange(exchange);
    queues.forEach(queue -> queue.exchange(exchange));
    underWay.exchange(exchange);
    device.exchange(exchange);
  }

  /** The registers on the bus; their state is saved with the port's. */
  private record Window(VirtioRegisters registers) implements MmioDevice {
    @Override
    public long read(long offset, int bytes) {
      return registers.read(offset, bytes);
    }

    @Override
    public void write(long offset, int bytes, long value) {
      registers.write(offset, bytes, value);
    }

    @Override
    public void exchange(StateExchange exchange) {
      // with the port
    }
  }
}

package dev.vls.vmm.board;

import dev.vls.vmm.StateExchange;
import dev.vls.vmm.TimeBase;
import dev.vls.vmm.hart.Hart;
import dev.vls.vmm.hart.Interrupt;
import dev.vls.vmm.memory.GuestMemory;
import dev.vls.vmm.memory.MmioBus;
import dev.vls.vmm.memory.MmioDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * The devices of the {@code virt} board, wired to each other and to the harts.
 *
 * <p>Domain thread only. Allocates one VMM frame, the console's device page.
 */
public final class Board implements StateExchange.Restorable {
  /** VMM frames that a board allocates. */
  public static final int FRAMES = 1;

  private final MmioBus bus;
  private final ConsoleInput input;
  private final Plic plic;
  private final Aclint aclint;
  private final Uart16550 uart;
  private final GoldfishRtc rtc;
  private final List<VirtioSlot> virtio = new ArrayList<>();

  /**
   * Places the devices on {@code bus}.
   *
   * @param harts all harts, by id
   * @param epochNs what the real-time clock shows at guest time 0
   * @param instret the domain's instruction count, which {@code time} is a function of
   * @param output where the UART sends
   * @param power what the finisher asks
   */
  public Board(
      GuestMemory memory,
      MmioBus bus,
      List<Hart> harts,
      TimeBase time,
      long epochNs,
      LongSupplier instret,
      ConsoleOutput output,
      PowerControl power) {
    List<Hart> all = List.copyOf(harts);
    Runnable yield = () -> all.forEach(Hart::yield);
    this.bus = bus;
    this.input = new ConsoleInput(memory);
    this.plic =
        new Plic(
            all.stream()
                .flatMap(hart -> Stream.of(line(hart, Interrupt.MEI), line(hart, Interrupt.SEI)))
                .toArray(InterruptLine[]::new));
    this.aclint =
        new Aclint(lines(all, Interrupt.MSI), lines(all, Interrupt.MTI), time, instret, yield);
    this.uart = new Uart16550(input, output, high -> plic.level(BoardLayout.UART_IRQ, high));
    this.rtc =
        new GoldfishRtc(
            time, epochNs, instret, high -> plic.level(BoardLayout.RTC_IRQ, high), yield);
    bus.attach(BoardLayout.UART_BASE, BoardLayout.UART_BYTES, uart);
    bus.attach(BoardLayout.PLIC_BASE, BoardLayout.PLIC_BYTES, plic);
    bus.attach(BoardLayout.ACLINT_BASE, BoardLayout.ACLINT_BYTES, aclint);
    bus.attach(BoardLayout.RTC_BASE, BoardLayout.RTC_BYTES, rtc);
    bus.attach(
        BoardLayout.FINISHER_BASE, BoardLayout.FINISHER_BYTES, new TestFinisher(power, yield));
    for (int slot = 0; slot < BoardLayout.VIRTIO_SLOTS; slot++) {
      virtio.add(new VirtioSlot(yield));
      bus.attach(
          BoardLayout.VIRTIO_BASE + slot * BoardLayout.VIRTIO_BYTES,
          BoardLayout.VIRTIO_BYTES,
          virtio.get(slot));
    }
  }

  /** Returns the console's receive side, which the SBI shares with the UART. */
  public ConsoleInput consoleInput() {
    return input;
  }

  /**
   * Puts a device into a virtio slot.
   *
   * @param slot 0 to {@link BoardLayout#VIRTIO_SLOTS} - 1
   * @return the slot's interrupt
   * @throws IllegalArgumentException if there is no such slot
   * @throws IllegalStateException if it is taken
   */
  public InterruptLine plugVirtio(int slot, MmioDevice device) {
    if (slot < 0 || slot >= virtio.size()) {
      throw new IllegalArgumentException(
          "virtio slot " + slot + ": expected 0 to " + (virtio.size() - 1));
    }
    virtio.get(slot).plug(device);
    return high -> plic.level(BoardLayout.VIRTIO_IRQ + slot, high);
  }

  /**
   * Drives an interrupt source of the PLIC.
   *
   * @param source 1 to {@link BoardLayout#PLIC_SOURCES}
   */
  public void interrupt(int source, boolean high) {
    plic.level(source, high);
  }

  /**
   * Returns the smallest instret at which a machine timer interrupt or the clock's alarm that is
   * low now will be high, or {@link Long#MAX_VALUE}. No hart may run past it without {@link
   * #refresh}; it changes only where a hart yields or the time base does.
   */
  public long timerDeadline() {
    return Math.min(aclint.timerDeadline(), rtc.deadline());
  }

  /** Drives the interrupts that depend on time from the current time. */
  public void refresh() {
    aclint.refresh();
    rtc.refresh();
  }

  /** Puts the devices into their state after power-on; unread console input stays. */
  public void reset() {
    uart.reset();
    plic.reset();
    aclint.reset();
    rtc.reset();
  }

  /** Passes the state of every device on the bus and of the console input. */
  @Override
  public void exchange(StateExchange exchange) {
    bus.exchange(exchange);
    input.exchange(exchange);
  }

  private static InterruptLine[] lines(List<Hart> harts, int interrupt) {
    return harts.stream().map(hart -> line(hart, interrupt)).toArray(InterruptLine[]::new);
  }

  private static InterruptLine line(Hart hart, int interrupt) {
    return high -> hart.line(interrupt, high);
  }
}

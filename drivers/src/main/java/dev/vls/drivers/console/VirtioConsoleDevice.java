package dev.vls.drivers.console;

import dev.vls.drivers.ring.Ticket;
import dev.vls.drivers.virtio.Chain;
import dev.vls.drivers.virtio.VirtioDevice;
import dev.vls.drivers.virtio.VirtioPort;
import dev.vls.vmm.StateExchange;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The virtio console (virtio 1.2, section 5.3) with its one port: another front-end of the
 * machine's console, beside UART, SBI and the Xen ring.
 *
 * <p>Output joins the console's one stream. Input comes here from the first output on, and until
 * the driver resets the device; before that it waits for the others.
 */
public final class VirtioConsoleDevice implements VirtioDevice<ConsoleMessage> {
  private static final int DEVICE_ID = 3;
  private static final int RECEIVE = 0;
  private static final int CONFIG_BYTES = 12;

  private final ConsolePort console;
  private boolean used;

  private VirtioConsoleDevice(ConsolePort console) {
    this.console = console;
  }

  /**
   * Returns the port of a virtio console.
   *
   * @param console the machine's console, plugged in before
   * @param slot the board's slot that it goes into
   */
  public static VirtioPort<ConsoleMessage> port(ConsolePort console, int slot) {
    VirtioPort<ConsoleMessage> port = new VirtioPort<>(new VirtioConsoleDevice(console), slot);
    console.onInput(() -> port.serve(RECEIVE));
    return port;
  }

  @Override
  public int deviceId() {
    return DEVICE_ID;
  }

  @Override
  public int queues() {
    return 2;
  }

  @Override
  public long features() {
    return 0;
  }

  @Override
  public void negotiated(long features) {
    used = false;
  }

  @Override
  public byte[] config() {
    return new byte[CONFIG_BYTES];
  }

  @Override
  public boolean takes(int queue) {
    return queue != RECEIVE || (used && console.inputWaiting() > 0);
  }

  @Override
  public Verdict<ConsoleMessage> request(Ticket ticket, Chain chain) {
    if (chain.queue() == RECEIVE) {
      byte[] bytes = console.takeInput(chain.writableBytes());
      return new Done<>(chain.write(0, bytes));
    }
    if (!used) {
      used = true;
      console.inputArrived();
    }
    Optional<byte[]> bytes = chain.read(0, chain.readableBytes());
    bytes
        .filter(written -> written.length > 0)
        .ifPresent(written -> console.output(written, 0, written.length));
    return new Done<>(0);
  }

  @Override
  public int response(ConsoleMessage message, Chain chain, ByteBuffer result) {
    return 0; // no request goes to the back-end
  }

  @Override
  public void exchange(StateExchange exchange) {
    used = exchange.flag(used);
  }
}

package dev.vls.drivers.block;

import dev.vls.drivers.ring.XenbusBackendPort;
import dev.vls.drivers.store.StorePort;
import dev.vls.sma.DevicePort;
import dev.vls.sma.PortContext;
import dev.vls.vmm.StateExchange;

/** A disk's inside half on the Xen block protocol; its back-end is a {@link BlockBackend}. */
public final class BlockPort implements DevicePort {
  private final XenbusBackendPort port;

  /**
   * Creates the port of a disk.
   *
   * @param store the machine's store, plugged in before
   */
  public BlockPort(StorePort store, BlockConfig config) {
    port = new XenbusBackendPort(store, new BlkifDevice(config), config.virtualDevice());
  }

  @Override
  public void start(PortContext context) {
    port.start(context);
  }

  @Override
  public void reissue() {
    port.reissue();
  }

  @Override
  public boolean owed() {
    return port.owed();
  }

  @Override
  public void exchange(StateExchange exchange) {
    port.exchange(exchange);
  }
}

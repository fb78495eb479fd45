package dev.vls.drivers.store;

import dev.vls.sma.DevicePort;
import dev.vls.sma.PortContext;
import dev.vls.vmm.StateExchange;
import dev.vls.vmm.xen.DomainId;
import dev.vls.vmm.xen.EventChannels;
import dev.vls.vmm.xen.XenDomain;

/**
 * The guest's XenStore: all of it is inside (decision 0003), so no back-end ever attaches. Plug it
 * in before the devices that use it.
 */
public final class StorePort implements DevicePort {
  private final DomainConfig config;
  private final StoreTree tree = new StoreTree(StoreQuota.DEFAULT);
  private StoreRing ring;

  /** Creates the store of a domain that {@code config} describes. */
  public StorePort(DomainConfig config) {
    this.config = config;
  }

  /** Returns the tree with the rights of domain 0; each user should have its own. */
  public StoreAccess access() {
    return new StoreAccess(tree);
  }

  @Override
  public void start(PortContext context) {
    XenDomain xen = context.machine().xen();
    EventChannels events = xen.events();
    int port = xen.storePort();
    ring =
        new StoreRing(
            context.machine().memory(),
            xen.storeFrame(),
            tree,
            DomainId.GUEST,
            context.ring("xen"),
            () -> events.raise(port));
    int bound = events.bindHost(port, from -> ring.pump());
    if (bound < 0) {
      throw new IllegalStateException("the store's event channel is in use");
    }
    DomainNodes nodes = new DomainNodes(access(), DomainId.GUEST);
    nodes.write(config);
    nodes.store(port, XenDomain.STORE_GFN);
    nodes.console(xen.consolePort(), XenDomain.CONSOLE_GFN);
    access().introduce(DomainId.GUEST);
  }

  @Override
  public void reissue() {
    // There is nobody to tell: the store has no outside half.
  }

  @Override
  public void exchange(StateExchange exchange) {
    tree.exchange(exchange, ring.session());
    ring.exchange(exchange);
  }
}

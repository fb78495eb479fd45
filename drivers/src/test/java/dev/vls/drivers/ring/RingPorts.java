package dev.vls.drivers.ring;

import dev.vls.drivers.FakeContext;
import dev.vls.drivers.FakeXen;
import dev.vls.drivers.store.TestStore;
import dev.vls.sma.DevicePort;

/** Ports on fakes, for the tests of other packages. */
@SuppressWarnings("exports") // a test's class in a package that the module exports
public final class RingPorts {
  private RingPorts() {}

  /** Starts the port of a device. */
  public static DevicePort start(
      TestStore store, RingDevice<?> device, int id, FakeContext context, FakeXen xen) {
    XenbusBackendPort port = new XenbusBackendPort(store.access(), device, id);
    port.start(context, xen);
    return port;
  }
}

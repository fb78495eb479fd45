package dev.vls.drivers;

import dev.vls.drivers.ring.XenPort;
import dev.vls.sma.Grant;
import dev.vls.vmm.memory.GuestMemory;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Event channels and grants that a test plays the guest of. */
public final class FakeXen implements XenPort {
  /** Guest memory: 256 RAM frames. */
  public final GuestMemory memory = new GuestMemory(1 << 20, 16);

  /** Grants by reference; those the guest has given. */
  public final Map<Integer, Grant> grants = new HashMap<>();

  /** Ports that wait for the host, and after binding who hears their notifications. */
  public final Map<Integer, Runnable> ports = new HashMap<>();

  /** How many pins each reference has. */
  public final Map<Integer, Integer> pins = new HashMap<>();

  /** How often any port was raised. */
  public int raised;

  /** Grants a frame. */
  public void grant(int ref, int frame, boolean writable) {
    grants.put(ref, new Grant(ref, frame, writable));
  }

  /** Allocates a port for the host. */
  public void listen(int port) {
    ports.put(port, null);
  }

  /** Plays EVTCHNOP_send. */
  public void notifyHost(int port) {
    Runnable handler = ports.get(port);
    if (handler != null) {
      handler.run();
    }
  }

  /** Returns how many pins there are in all. */
  public int pinned() {
    return pins.values().stream().mapToInt(Integer::intValue).sum();
  }

  @Override
  public GuestMemory memory() {
    return memory;
  }

  @Override
  public int resume(int guestPort, Runnable notified) {
    return ports.replace(guestPort, notified) == null ? -22 : guestPort;
  }

  @Override
  public int bind(int guestPort, Runnable notified) {
    if (!ports.containsKey(guestPort) || ports.get(guestPort) != null) {
      return -22;
    }
    ports.put(guestPort, notified);
    return guestPort + 1000;
  }

  @Override
  public void close(int hostPort) {
    ports.replace(hostPort - 1000, null);
  }

  @Override
  public void raise(int guestPort) {
    raised++;
  }

  @Override
  public Optional<Grant> pin(int ref, boolean writable) {
    Grant grant = grants.get(ref);
    if (grant == null || (writable && !grant.writable())) {
      return Optional.empty();
    }
    pins.merge(ref, 1, Integer::sum);
    return Optional.of(new Grant(ref, grant.frame(), writable));
  }

  @Override
  public void unpin(Grant grant) {
    if (pins.merge(grant.ref(), -1, Integer::sum) < 0) {
      throw new AssertionError("grant " + grant.ref() + " was not pinned");
    }
  }
}

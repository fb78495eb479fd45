package dev.vls.drivers.store;

import java.util.List;

/** The nodes that a toolstack writes for a domain before it boots (ABI 9.3, last paragraph). */
final class DomainNodes {
  private static final List<String> FEATURES =
      List.of(
          "feature-poweroff",
          "feature-reboot",
          "feature-suspend",
          "sysrq",
          "platform-feature-multiprocessor-suspend",
          "platform-feature-xs_reset_watches");

  private static final List<String> OWN_DIRECTORIES =
      List.of(
          "device", "device/suspend/event-channel", "data", "drivers", "feature", "attr", "error");

  private final StoreAccess store;
  private final int domain;
  private final String home;

  DomainNodes(StoreAccess store, int domain) {
    this.store = store;
    this.domain = domain;
    home = StorePath.home(domain);
  }

  /** Writes them all. */
  void write(DomainConfig config) {
    store.makeDirectory(StorePath.home(0), "r0");
    store.write(StorePath.home(0) + "/domid", "0");
    store.makeDirectory(home, "n0", "r" + domain);
    readable("name", config.name());
    readable("domid", Integer.toString(domain));
    readable("vm", "/vm/" + config.name());
    readable("cpu/0/availability", "online");
    readable("memory/static-max", Long.toString(config.memoryKiB()));
    readable("memory/target", Long.toString(config.memoryKiB()));
    readable("memory/videoram", "0");
    OWN_DIRECTORIES.forEach(name -> own(name, ""));
    control();
    store.makeDirectory("/vm/" + config.name(), "n0", "r" + domain);
    store.write("/vm/" + config.name() + "/name", config.name());
  }

  private void control() {
    readable("control", "");
    own("control/shutdown", "");
    for (String feature : FEATURES) {
      own("control/" + feature, "");
    }
    readable("control/platform-feature-xs_reset_watches", "1");
  }

  /** Writes where the store's own ring is. */
  void store(int port, long gfn) {
    readable("store/port", Integer.toString(port));
    readable("store/ring-ref", Long.toString(gfn));
  }

  /** Writes where the console's ring is: a frame number, not a grant. */
  void console(int port, long gfn) {
    readable("console/ring-ref", Long.toString(gfn));
    readable("console/port", Integer.toString(port));
    readable("console/limit", "65536");
    readable("console/type", "ioemu");
    readable("console/output", "pty");
    readable("console/tty", "");
  }

  private void readable(String name, String value) {
    store.write(home + "/" + name, value);
  }

  private void own(String name, String value) {
    store.write(home + "/" + name, value);
    store.makeDirectory(home + "/" + name, "n" + domain);
  }
}

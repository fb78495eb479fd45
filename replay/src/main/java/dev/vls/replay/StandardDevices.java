package dev.vls.replay;

import dev.vls.drivers.console.ConsolePort;
import dev.vls.drivers.store.DomainConfig;
import dev.vls.drivers.store.StorePort;
import dev.vls.sma.DevicePort;
import java.util.Map;

/** The devices that VLS brings: XenStore, console and disks. */
public final class StandardDevices {
  /** Name of the machine's console. */
  public static final String CONSOLE = "console";

  /** Name of the machine's XenStore. */
  public static final String STORE = "store";

  /** The kinds of all of them. */
  public static final DeviceKinds KINDS =
      DeviceKinds.none().with(new StoreKind()).with(new ConsoleKind());

  private static final String DOMAIN_NAME = "domain";
  private static final String MEMORY_KIB = "memory-kib";

  private StandardDevices() {}

  /** Returns the XenStore of a machine with so much RAM; it comes first, others build on it. */
  public static DeviceSpec store(long ramBytes) {
    return new DeviceSpec(
        STORE, STORE, Map.of(DOMAIN_NAME, "guest", MEMORY_KIB, Long.toString(ramBytes >> 10)));
  }

  /** Returns the console. */
  public static DeviceSpec console() {
    return new DeviceSpec(CONSOLE, CONSOLE, Map.of());
  }

  /** Returns an option as a number. */
  static long number(DeviceSpec spec, String option) {
    try {
      return Long.parseLong(spec.options().getOrDefault(option, ""));
    } catch (NumberFormatException e) {
      throw new ReplayException(
          "option '%s' of device '%s' is not a number: '%s'"
              .formatted(option, spec.name(), spec.options().get(option)));
    }
  }

  private static final class StoreKind implements DeviceKind {
    @Override
    public String kind() {
      return STORE;
    }

    @Override
    public DevicePort port(DeviceSpec spec, Plugged plugged) {
      String name = spec.options().getOrDefault(DOMAIN_NAME, "guest");
      return new StorePort(new DomainConfig(name, number(spec, MEMORY_KIB)));
    }
  }

  private static final class ConsoleKind implements DeviceKind {
    @Override
    public String kind() {
      return CONSOLE;
    }

    @Override
    public DevicePort port(DeviceSpec spec, Plugged plugged) {
      return new ConsolePort();
    }
  }
}

package dev.vls.replay;

import dev.vls.drivers.block.BlockConfig;
import dev.vls.drivers.block.BlockPort;
import dev.vls.drivers.console.ConsolePort;
import dev.vls.drivers.store.DomainConfig;
import dev.vls.drivers.store.StorePort;
import dev.vls.sma.DevicePort;
import java.util.Map;

/** The devices that VLS brings: XenStore, console and disks, and those of {@link VirtioDevices}. */
public final class StandardDevices {
  /** Name of the machine's console. */
  public static final String CONSOLE = "console";

  /** Name of the machine's XenStore. */
  public static final String STORE = "store";

  /** Kind of the disks on the Xen ABI's bus. */
  public static final String BLOCK = "block";

  /** The kinds of all of them. */
  public static final DeviceKinds KINDS =
      VirtioDevices.and(
          DeviceKinds.none().with(new StoreKind()).with(new ConsoleKind()).with(new BlockKind()));

  private static final String INDEX = "index";
  private static final String SECTORS = "sectors";
  private static final String WRITING = "writing";

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

  /** Returns the name of disk number {@code index}. */
  public static String diskName(int index) {
    return "disk" + index;
  }

  /** Returns whether a device is a disk, on either bus. */
  public static boolean isDisk(DeviceSpec spec) {
    return spec.kind().equals(BLOCK) || spec.kind().equals(VirtioDevices.BLOCK);
  }

  /**
   * Returns a disk on the Xen ABI's bus.
   *
   * @param index its number, 0 to 15
   * @param sectors its size in sectors of 512 bytes
   */
  public static DeviceSpec disk(int index, long sectors, BlockConfig.Writing writing) {
    return new DeviceSpec(
        BLOCK,
        diskName(index),
        Map.of(
            INDEX,
            Integer.toString(index),
            SECTORS,
            Long.toString(sectors),
            WRITING,
            writing.name()));
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

  /**
   * Returns the disk that a specification of either bus describes.
   *
   * @throws ReplayException if it does not
   */
  public static BlockConfig blockConfig(DeviceSpec spec) {
    return new BlockConfig(
        Math.toIntExact(number(spec, INDEX)), number(spec, SECTORS), writing(spec));
  }

  private static BlockConfig.Writing writing(DeviceSpec spec) {
    String name = spec.options().getOrDefault(WRITING, "");
    for (BlockConfig.Writing writing : BlockConfig.Writing.values()) {
      if (writing.name().equals(name)) {
        return writing;
      }
    }
    throw new ReplayException(
        "option '%s' of device '%s' is neither ALLOWED nor FORBIDDEN: '%s'"
            .formatted(WRITING, spec.name(), name));
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

  private static final class BlockKind implements DeviceKind {
    @Override
    public String kind() {
      return BLOCK;
    }

    @Override
    public DevicePort port(DeviceSpec spec, Plugged plugged) {
      return new BlockPort(plugged.find(StorePort.class), blockConfig(spec));
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

package dev.vls.replay;

import dev.vls.drivers.block.BlockConfig;
import dev.vls.drivers.block.VirtioBlockDevice;
import dev.vls.drivers.console.ConsolePort;
import dev.vls.drivers.console.VirtioConsoleDevice;
import dev.vls.drivers.entropy.VirtioEntropyDevice;
import dev.vls.drivers.net.MacAddress;
import dev.vls.drivers.net.VirtioNetDevice;
import dev.vls.drivers.share.VirtioShareDevice;
import dev.vls.drivers.virtio.VirtioPort;
import java.util.Map;
import java.util.TreeMap;

/** The virtio devices that VLS brings, for guests that do not know the Xen ABI (docs/virtio.md). */
public final class VirtioDevices {
  /** Kind of the disks. */
  public static final String BLOCK = "virtio-block";

  /** Kind and name of the entropy device. */
  public static final String ENTROPY = "virtio-entropy";

  /** Kind and name of the console that is another front-end of the machine's console. */
  public static final String CONSOLE = "virtio-console";

  /** Kind of the network cards. */
  public static final String NET = "virtio-net";

  /** Kind of the shared directories. */
  public static final String SHARE = "virtio-9p";

  private static final String TAG = "tag";
  private static final String MAC = "mac";
  private static final String SLOT = "slot";

  private VirtioDevices() {}

  /** Returns {@code kinds} and those of virtio. */
  static DeviceKinds and(DeviceKinds kinds) {
    return kinds
        .with(
            DeviceKind.of(
                BLOCK,
                (spec, plugged) ->
                    new VirtioPort<>(
                        new VirtioBlockDevice(StandardDevices.blockConfig(spec)), slot(spec))))
        .with(
            DeviceKind.of(
                CONSOLE,
                (spec, plugged) ->
                    VirtioConsoleDevice.port(plugged.find(ConsolePort.class), slot(spec))))
        .with(
            DeviceKind.of(
                NET,
                (spec, plugged) -> new VirtioPort<>(new VirtioNetDevice(mac(spec)), slot(spec))))
        .with(
            DeviceKind.of(
                SHARE,
                (spec, plugged) -> new VirtioPort<>(new VirtioShareDevice(tag(spec)), slot(spec))))
        .with(
            DeviceKind.of(
                ENTROPY,
                (spec, plugged) -> new VirtioPort<>(new VirtioEntropyDevice(), slot(spec))));
  }

  /**
   * Returns a disk.
   *
   * @param slot the board's slot that it goes into, 0 to 7
   * @param index its number, 0 to 15
   * @param sectors its size in sectors of 512 bytes
   */
  public static DeviceSpec disk(int slot, int index, long sectors, BlockConfig.Writing writing) {
    DeviceSpec disk = StandardDevices.disk(index, sectors, writing);
    Map<String, String> options = new TreeMap<>(disk.options());
    options.put(SLOT, Integer.toString(slot));
    return new DeviceSpec(BLOCK, disk.name(), options);
  }

  /** Returns the name of network card number {@code index}. */
  public static String netName(int index) {
    return "net" + index;
  }

  /** Returns a network card. */
  public static DeviceSpec net(int slot, int index, MacAddress mac) {
    return new DeviceSpec(
        NET, netName(index), Map.of(SLOT, Integer.toString(slot), MAC, mac.toString()));
  }

  private static MacAddress mac(DeviceSpec spec) {
    return MacAddress.parse(spec.options().getOrDefault(MAC, ""));
  }

  /** Returns the name of shared directory number {@code index}. */
  public static String shareName(int index) {
    return "share" + index;
  }

  /**
   * Returns a directory of the host that the guest can read.
   *
   * @param tag by which it finds it, 1 to {@link VirtioShareDevice#MAX_TAG} octets
   */
  public static DeviceSpec share(int slot, int index, String tag) {
    return new DeviceSpec(SHARE, shareName(index), Map.of(SLOT, Integer.toString(slot), TAG, tag));
  }

  /** Returns by which tag a guest finds a shared directory. */
  public static String tag(DeviceSpec spec) {
    return spec.options().getOrDefault(TAG, "");
  }

  /** Returns another front-end of the machine's console. */
  public static DeviceSpec console(int slot) {
    return new DeviceSpec(CONSOLE, CONSOLE, Map.of(SLOT, Integer.toString(slot)));
  }

  /** Returns an entropy device. */
  public static DeviceSpec entropy(int slot) {
    return new DeviceSpec(ENTROPY, ENTROPY, Map.of(SLOT, Integer.toString(slot)));
  }

  private static int slot(DeviceSpec spec) {
    return Math.toIntExact(StandardDevices.number(spec, SLOT));
  }
}

package dev.vls.replay;

import dev.vls.log.Bytes;
import dev.vls.log.LogException;
import dev.vls.log.Manifest;
import dev.vls.log.Sha256;
import dev.vls.sma.CaptureMode;
import dev.vls.vmm.MachineConfig;
import dev.vls.vmm.StrongHash;
import dev.vls.vmm.hart.Firmware;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A machine to be built: everything that its run depends on besides the events.
 *
 * @param machine the machine
 * @param time who moves guest time on the live side
 * @param capture how back-ends bring data in
 * @param imageName name of the guest image, for people
 * @param image the guest image; not modified
 * @param devices in the order in which they are plugged in
 */
public record MachineSpec(
    MachineConfig machine,
    Time time,
    CaptureMode capture,
    String imageName,
    Bytes image,
    List<DeviceSpec> devices) {
  /** Role of the guest image in a manifest. */
  public static final String IMAGE_ROLE = "guest";

  private static final String EPOCH = "epoch-ns";

  /** Policies of guest time (DESIGN section 2.2). */
  public enum Time {
    /** Guest time follows the host's clock. */
    WALL,
    /** Guest time is the instruction count. */
    VIRTUAL
  }

  /** Copies the list. */
  public MachineSpec {
    devices = List.copyOf(devices);
  }

  /**
   * Returns the specification that a recording was made with.
   *
   * @param image content of the guest image
   * @throws ReplayException if such a machine cannot be built by this version
   */
  public static MachineSpec of(Manifest manifest, byte[] image) {
    try {
      return read(manifest, image);
    } catch (IllegalArgumentException e) {
      throw new ReplayException(
          "the log's manifest describes a machine that this version cannot build: "
              + e.getMessage());
    }
  }

  private static MachineSpec read(Manifest manifest, byte[] image) {
    dev.vls.log.MachineConfig config = manifest.machine();
    MachineConfig machine =
        new MachineConfig(
            config.ramBytes(),
            config.harts(),
            config.start() == dev.vls.log.MachineConfig.StartMode.FIRMWARE
                ? Firmware.MACHINE_FIRMWARE
                : Firmware.SUPERVISOR_PAYLOAD,
            config.append(),
            config.instructionsPerSecond(),
            epoch(config.options()));
    String name = manifest.image(IMAGE_ROLE).map(Manifest.Image::name).orElse(IMAGE_ROLE);
    return new MachineSpec(
        machine,
        config.timePolicy() == dev.vls.log.MachineConfig.TimePolicy.WALL ? Time.WALL : Time.VIRTUAL,
        config.captureMode() == dev.vls.log.MachineConfig.CaptureMode.SAMPLED
            ? CaptureMode.SAMPLED
            : CaptureMode.STRICT,
        name,
        Bytes.wrap(image),
        devicesOf(manifest));
  }

  /** Returns the devices that a recording was made with, in order. */
  public static List<DeviceSpec> devicesOf(Manifest manifest) {
    List<DeviceSpec> devices = new ArrayList<>();
    for (dev.vls.log.MachineConfig.Device device : manifest.machine().devices()) {
      devices.add(
          new DeviceSpec(device.kind(), device.name(), device.options(), device.sizeBytes()));
    }
    return devices;
  }

  /**
   * Returns the guest image's entry in {@code manifest}.
   *
   * @throws LogException if it has none
   */
  public static Manifest.Image imageOf(Manifest manifest) throws LogException {
    return manifest
        .image(IMAGE_ROLE)
        .orElseThrow(
            () ->
                new LogException(
                    LogException.Kind.DAMAGED, "the log's manifest names no guest image"));
  }

  /** Returns the manifest of a recording of this machine. */
  public Manifest manifest(String creator, long createdUnixMs) {
    StrongHash hash = new StrongHash();
    hash.bytes(image.shared(), 0, image.length());
    Manifest.Image guest =
        new Manifest.Image(
            IMAGE_ROLE, imageName, new Sha256(Bytes.wrap(hash.value())), image.length());
    return new Manifest(List.of(), creator, createdUnixMs, logConfig(), List.of(guest));
  }

  private dev.vls.log.MachineConfig logConfig() {
    List<dev.vls.log.MachineConfig.Device> logged = new ArrayList<>();
    for (DeviceSpec device : devices) {
      logged.add(
          new dev.vls.log.MachineConfig.Device(
              device.kind(), device.name(), device.options(), device.sizeBytes(), Sha256.NONE));
    }
    return new dev.vls.log.MachineConfig(
        machine.ramBytes(),
        machine.harts(),
        time == Time.WALL
            ? dev.vls.log.MachineConfig.TimePolicy.WALL
            : dev.vls.log.MachineConfig.TimePolicy.VIRTUAL,
        machine.instructionsPerSecond(),
        machine.boot() == Firmware.MACHINE_FIRMWARE
            ? dev.vls.log.MachineConfig.StartMode.FIRMWARE
            : dev.vls.log.MachineConfig.StartMode.SUPERVISOR,
        machine.arguments(),
        capture == CaptureMode.SAMPLED
            ? dev.vls.log.MachineConfig.CaptureMode.SAMPLED
            : dev.vls.log.MachineConfig.CaptureMode.STRICT,
        logged,
        new TreeMap<>(Map.of(EPOCH, Long.toString(machine.epochNs()))));
  }

  private static long epoch(Map<String, String> options) {
    try {
      return Long.parseLong(options.getOrDefault(EPOCH, "0"));
    } catch (NumberFormatException e) {
      throw new ReplayException(
          "the manifest's " + EPOCH + " is not a number: " + options.get(EPOCH));
    }
  }
}

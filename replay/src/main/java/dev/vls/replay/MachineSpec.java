package dev.vls.replay;

import dev.vls.log.Bytes;
import dev.vls.log.LogException;
import dev.vls.log.Manifest;
import dev.vls.log.Sha256;
import dev.vls.log.store.LogDirectory;
import dev.vls.log.store.LogWriter;
import dev.vls.log.store.LogWriterConfig;
import dev.vls.sma.CaptureMode;
import dev.vls.vmm.MachineConfig;
import dev.vls.vmm.StrongHash;
import dev.vls.vmm.hart.Firmware;
import java.nio.file.Path;
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
   * Returns a machine with XenStore and console, under virtual time that begins in 1970, in strict
   * mode; {@link #with} and the canonical constructor make others.
   *
   * @param imageName name of the guest image, for people
   * @param ramBytes as {@link MachineConfig} permits
   */
  public static MachineSpec guest(String imageName, Bytes image, long ramBytes) {
    MachineConfig machine =
        new MachineConfig(
            ramBytes,
            1,
            Firmware.SUPERVISOR_PAYLOAD,
            "",
            MachineConfig.DEFAULT_INSTRUCTIONS_PER_SECOND,
            0);
    List<DeviceSpec> devices = List.of(StandardDevices.store(ramBytes), StandardDevices.console());
    return new MachineSpec(machine, Time.VIRTUAL, CaptureMode.STRICT, imageName, image, devices);
  }

  /** Returns this machine with one more device behind the others. */
  public MachineSpec with(DeviceSpec device) {
    List<DeviceSpec> more = new ArrayList<>(devices);
    more.add(device);
    return new MachineSpec(machine, time, capture, imageName, image, more);
  }

  /** Returns this machine with another kernel command line. */
  public MachineSpec withArguments(String arguments) {
    MachineConfig changed =
        new MachineConfig(
            machine.ramBytes(),
            machine.harts(),
            machine.boot(),
            arguments,
            machine.instructionsPerSecond(),
            machine.epochNs());
    return new MachineSpec(changed, time, capture, imageName, image, devices);
  }

  /** Returns this machine with guest time that follows the host's clock from {@code epochNs}. */
  public MachineSpec withWallTime(long epochNs) {
    MachineConfig changed =
        new MachineConfig(
            machine.ramBytes(),
            machine.harts(),
            machine.boot(),
            machine.arguments(),
            machine.instructionsPerSecond(),
            epochNs);
    return new MachineSpec(changed, Time.WALL, capture, imageName, image, devices);
  }

  /**
   * Returns the machine that a log was recorded on.
   *
   * @throws LogException if the log has no guest image, or another than its manifest says
   */
  public static MachineSpec of(LogDirectory log) throws LogException {
    return of(log.manifest(), log.readImage(imageOf(log.manifest())));
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

  /** Returns the content of each image of the manifest, by role; not to be modified. */
  public Map<String, byte[]> images() {
    return Map.of(IMAGE_ROLE, image.shared());
  }

  /**
   * Creates the log of a run of this machine from its start; for a {@link LogSink}.
   *
   * @param directory must not exist yet
   * @param creator name and version of the recording program
   * @throws LogException if the directory exists or cannot be written
   */
  public LogWriter newLog(Path directory, String creator) throws LogException {
    LogDirectory log =
        LogDirectory.create(directory, manifest(creator, System.currentTimeMillis()), images());
    return LogWriter.create(log, LogWriterConfig.DEFAULT);
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

package dev.vls.replay;

import dev.vls.log.Bytes;
import dev.vls.log.LogException;
import dev.vls.log.Manifest;
import dev.vls.log.Sha256;
import dev.vls.log.store.LogDirectory;
import dev.vls.log.store.LogWriter;
import dev.vls.log.store.LogWriterConfig;
import dev.vls.sma.CaptureMode;
import dev.vls.vmm.HartSchedule;
import dev.vls.vmm.MachineConfig;
import dev.vls.vmm.RngSeed;
import dev.vls.vmm.board.BootLoader;
import dev.vls.vmm.board.ImageException;
import dev.vls.vmm.hart.Firmware;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A machine to be built: everything that its run depends on besides the events.
 *
 * @param machine the machine
 * @param time who moves guest time on the live side
 * @param capture how back-ends bring data in
 * @param images the files that it starts from
 * @param devices in the order in which they are plugged in
 */
public record MachineSpec(
    MachineConfig machine,
    Time time,
    CaptureMode capture,
    GuestImages images,
    List<DeviceSpec> devices) {
  private static final String EPOCH = "epoch-ns";
  private static final String SCHEDULE = "hart-schedule";
  private static final String RNG_SEED = "rng-seed";

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
    return new MachineSpec(
        machine, Time.VIRTUAL, CaptureMode.STRICT, GuestImages.guest(imageName, image), devices);
  }

  /** Returns this machine with one more device behind the others. */
  public MachineSpec with(DeviceSpec device) {
    List<DeviceSpec> more = new ArrayList<>(devices);
    more.add(device);
    return new MachineSpec(machine, time, capture, images, more);
  }

  /** Returns this machine with another kernel command line. */
  public MachineSpec withArguments(String arguments) {
    return new MachineSpec(machine.withArguments(arguments), time, capture, images, devices);
  }

  /** Returns this machine with other images. */
  MachineSpec from(GuestImages others) {
    return new MachineSpec(machine, time, capture, others, devices);
  }

  /** Returns this machine with guest time that follows the host's clock from {@code epochNs}. */
  public MachineSpec withWallTime(long epochNs) {
    return new MachineSpec(machine.withEpochNs(epochNs), Time.WALL, capture, images, devices);
  }

  /** Returns this machine with so many harts, which take turns like that. */
  public MachineSpec withHarts(int number, HartSchedule schedule) {
    return new MachineSpec(machine.withHarts(number, schedule), time, capture, images, devices);
  }

  /**
   * Returns the machine that a log was recorded on. Its images are being hashed meanwhile: {@link
   * VirtualMachine#create} does not end before that.
   *
   * @throws LogException if the log has no image that starts, or one is missing
   */
  public static MachineSpec of(LogDirectory log) throws LogException {
    return of(log.manifest(), GuestImages.of(log));
  }

  /**
   * Returns the specification that a recording was made with.
   *
   * @param contents content of each image, by its role in the manifest
   * @throws LogException if there is none that starts
   * @throws ReplayException if such a machine cannot be built by this version
   */
  public static MachineSpec of(Manifest manifest, Map<String, byte[]> contents)
      throws LogException {
    return of(manifest, GuestImages.of(manifest, contents));
  }

  private static MachineSpec of(Manifest manifest, GuestImages images) {
    try {
      return read(manifest, images);
    } catch (IllegalArgumentException e) {
      throw new ReplayException(
          "the log's manifest describes a machine that this version cannot build: "
              + e.getMessage());
    }
  }

  private static MachineSpec read(Manifest manifest, GuestImages images) {
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
            epoch(config.options()),
            schedule(config),
            new RngSeed(config.options().getOrDefault(RNG_SEED, "")));
    return new MachineSpec(
        machine,
        config.timePolicy() == dev.vls.log.MachineConfig.TimePolicy.WALL ? Time.WALL : Time.VIRTUAL,
        config.captureMode() == dev.vls.log.MachineConfig.CaptureMode.SAMPLED
            ? CaptureMode.SAMPLED
            : CaptureMode.STRICT,
        images,
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
   * Creates the log of a run of this machine from its start; for a {@link LogSink}.
   *
   * @param directory must not exist yet
   * @param creator name and version of the recording program
   * @throws LogException if the directory exists or cannot be written
   */
  public LogWriter newLog(Path directory, String creator) throws LogException {
    return LogWriter.create(newDirectory(directory, creator), LogWriterConfig.DEFAULT);
  }

  /** Creates a log of this machine without any event, as {@link #newLog} does. */
  LogDirectory newDirectory(Path directory, String creator) throws LogException {
    return LogDirectory.create(
        directory, manifest(creator, System.currentTimeMillis()), imageContents());
  }

  /** Returns the manifest of a recording of this machine. */
  public Manifest manifest(String creator, long createdUnixMs) {
    return new Manifest(List.of(), creator, createdUnixMs, logConfig(), images.logged());
  }

  /** Returns the content of each image, by its role in the manifest; not to be modified. */
  public Map<String, byte[]> imageContents() {
    return images.contents();
  }

  /**
   * Returns the device tree that the guest finds, as a blob.
   *
   * @throws ImageException if an image is none, is damaged, or they do not fit
   */
  public byte[] deviceTree() throws ImageException {
    return BootLoader.deviceTree(machine, images.boot());
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
        options());
  }

  private SortedMap<String, String> options() {
    SortedMap<String, String> options = new TreeMap<>();
    options.put(EPOCH, Long.toString(machine.epochNs()));
    if (machine.harts() > 1) {
      options.put(SCHEDULE, machine.schedule().format());
    }
    if (!machine.rngSeed().isEmpty()) {
      options.put(RNG_SEED, machine.rngSeed().hex());
    }
    return options;
  }

  private static HartSchedule schedule(dev.vls.log.MachineConfig config) {
    boolean several = config.harts() > 1 && config.harts() <= MachineConfig.MAX_HARTS;
    return !several
        ? HartSchedule.DEFAULT
        : HartSchedule.parse(config.options().getOrDefault(SCHEDULE, ""));
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

package dev.vls.bench.guest;

import dev.vls.drivers.block.BlockConfig;
import dev.vls.replay.DeviceSpec;
import dev.vls.replay.MachineSpec;
import dev.vls.replay.StandardDevices;
import dev.vls.sma.CaptureMode;
import dev.vls.sma.HostException;
import dev.vls.vmm.EngineKind;
import dev.vls.vmm.MachineConfig;
import dev.vls.vmm.hart.Firmware;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A guest with everything that its machine is made of; each run makes a fresh one.
 *
 * @param image name of the image
 * @param arguments the kernel command line
 * @param ramBytes guest memory
 * @param capture how device data is brought in
 * @param disk its disk, if it has one
 * @param engine what executes it
 */
public record Workload(
    String image,
    String arguments,
    long ramBytes,
    CaptureMode capture,
    Optional<DiskChoice> disk,
    EngineKind engine) {
  /** A workload for the translator. */
  public Workload(
      String image,
      String arguments,
      long ramBytes,
      CaptureMode capture,
      Optional<DiskChoice> disk) {
    this(image, arguments, ramBytes, capture, disk, EngineKind.TRANSLATOR);
  }

  /**
   * A CPU-bound workload: store and console only.
   *
   * @param arguments the kernel command line, empty for the guest's defaults
   */
  public static Workload cpu(String image, String arguments, long ramBytes) {
    return new Workload(image, arguments, ramBytes, CaptureMode.STRICT, Optional.empty());
  }

  /** Returns the same for the interpreter, with other arguments. */
  public Workload interpreted(String other) {
    return new Workload(image, other, ramBytes, capture, disk, EngineKind.INTERPRETER);
  }

  /** Returns the same with other arguments. */
  public Workload with(String other) {
    return new Workload(image, other, ramBytes, capture, disk, engine);
  }

  /** Returns the machine, in wall time as {@code vls run} has it. */
  MachineSpec spec(GuestImages images) throws HostException {
    List<DeviceSpec> devices = new ArrayList<>();
    devices.add(StandardDevices.store(ramBytes));
    devices.add(StandardDevices.console());
    disk.ifPresent(
        d -> devices.add(StandardDevices.disk(0, d.sectors(), BlockConfig.Writing.ALLOWED)));
    MachineConfig config =
        new MachineConfig(
            ramBytes,
            1,
            Firmware.SUPERVISOR_PAYLOAD,
            arguments,
            MachineConfig.DEFAULT_INSTRUCTIONS_PER_SECOND,
            System.currentTimeMillis() * 1_000_000);
    return new MachineSpec(
        config,
        MachineSpec.Time.WALL,
        capture,
        dev.vls.replay.GuestImages.guest(image + ".elf", images.bytes(image)),
        devices);
  }
}

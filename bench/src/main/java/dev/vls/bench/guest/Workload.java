package dev.vls.bench.guest;

import dev.vls.drivers.block.BlockConfig;
import dev.vls.replay.DeviceSpec;
import dev.vls.replay.MachineSpec;
import dev.vls.replay.StandardDevices;
import dev.vls.sma.CaptureMode;
import dev.vls.sma.HostException;
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
 */
public record Workload(
    String image, String arguments, long ramBytes, CaptureMode capture, Optional<DiskChoice> disk) {
  /**
   * A CPU-bound workload: store and console only.
   *
   * @param arguments the kernel command line, empty for the guest's defaults
   */
  public static Workload cpu(String image, String arguments, long ramBytes) {
    return new Workload(image, arguments, ramBytes, CaptureMode.STRICT, Optional.empty());
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

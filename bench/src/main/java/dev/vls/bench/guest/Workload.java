package dev.vls.bench.guest;

import dev.vls.drivers.block.BlockConfig;
import dev.vls.drivers.net.MacAddress;
import dev.vls.replay.DeviceSpec;
import dev.vls.replay.MachineSpec;
import dev.vls.replay.StandardDevices;
import dev.vls.replay.VirtioDevices;
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
 * @param net its network card, if it has one
 * @param engine what executes it
 */
public record Workload(
    String image,
    String arguments,
    long ramBytes,
    CaptureMode capture,
    Optional<DiskChoice> disk,
    Optional<NetChoice> net,
    EngineKind engine) {
  /** A workload for the translator, without a network card. */
  public Workload(
      String image,
      String arguments,
      long ramBytes,
      CaptureMode capture,
      Optional<DiskChoice> disk) {
    this(image, arguments, ramBytes, capture, disk, Optional.empty(), EngineKind.TRANSLATOR);
  }

  /**
   * A CPU-bound workload: store and console only.
   *
   * @param arguments the kernel command line, empty for the guest's defaults
   */
  public static Workload cpu(String image, String arguments, long ramBytes) {
    return new Workload(image, arguments, ramBytes, CaptureMode.STRICT, Optional.empty());
  }

  /** Returns a workload for the translator with a network card and no disk. */
  public static Workload net(
      String image, String arguments, long ramBytes, CaptureMode capture, NetChoice net) {
    return new Workload(
        image,
        arguments,
        ramBytes,
        capture,
        Optional.empty(),
        Optional.of(net),
        EngineKind.TRANSLATOR);
  }

  /** Returns the same for the interpreter, with other arguments. */
  public Workload interpreted(String other) {
    return new Workload(image, other, ramBytes, capture, disk, net, EngineKind.INTERPRETER);
  }

  /** Returns the same with other arguments. */
  public Workload with(String other) {
    return new Workload(image, other, ramBytes, capture, disk, net, engine);
  }

  /** Returns the machine, in wall time as {@code vls run} has it. */
  MachineSpec spec(GuestImages images) throws HostException {
    List<DeviceSpec> devices = new ArrayList<>();
    devices.add(StandardDevices.store(ramBytes));
    devices.add(StandardDevices.console());
    disk.ifPresent(
        d -> devices.add(StandardDevices.disk(0, d.sectors(), BlockConfig.Writing.ALLOWED)));
    net.ifPresent(_ -> devices.add(VirtioDevices.net(0, 0, MacAddress.ofCard(0))));
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

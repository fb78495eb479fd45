package dev.vls.replay.cli;

import dev.vls.log.Bytes;
import dev.vls.replay.DeviceSpec;
import dev.vls.replay.MachineSpec;
import dev.vls.replay.StandardDevices;
import dev.vls.sma.CaptureMode;
import dev.vls.sma.HostException;
import dev.vls.vmm.MachineConfig;
import dev.vls.vmm.hart.Firmware;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The options that describe a machine; the same for every command that builds one. */
final class MachineOptions {
  private static final long MAX_IMAGE_BYTES = 512L << 20;
  private static final long VIRTUAL_EPOCH_NS = 1_767_225_600_000_000_000L; // 2026-01-01 UTC

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--ram",
      paramLabel = "SIZE",
      defaultValue = "256M",
      converter = SizeConverter.class,
      description = "Guest memory, 8M to 2000M (default: ${DEFAULT-VALUE}).")
  private long ram;

  @Option(
      names = "--time",
      paramLabel = "POLICY",
      defaultValue = "wall",
      description =
          "Guest time: 'wall' follows the host's clock, 'virtual' counts instructions (default:"
              + " ${DEFAULT-VALUE}).")
  private MachineSpec.Time time;

  @Option(
      names = "--disk",
      paramLabel = "FILE[,ro][,overlay=FILE]",
      converter = DiskOption.Converter.class,
      description =
          "A disk; repeatable. 'ro' makes it read-only, 'overlay' sends writes to another file.")
  private List<DiskOption> disks = List.of();

  @Option(
      names = "--harts",
      paramLabel = "N",
      defaultValue = "1",
      description = "Number of harts; this version runs 1 (default: ${DEFAULT-VALUE}).")
  private int harts;

  @Option(
      names = "--firmware",
      description = "Start the image in M-mode; it answers its own SBI calls.")
  private boolean firmware;

  @Option(
      names = "--append",
      paramLabel = "STRING",
      defaultValue = "",
      description = "The guest's command line.")
  private String arguments;

  @Option(
      names = "--capture",
      paramLabel = "MODE",
      defaultValue = "strict",
      description =
          "How device data reaches the guest: 'strict' copies it at the commit, 'sampled' writes it"
              + " directly (default: ${DEFAULT-VALUE}).")
  private CaptureMode capture;

  @Parameters(
      paramLabel = "IMAGE",
      description = "The guest: an ELF64 RISC-V executable or a raw image.")
  private Path image;

  /**
   * Returns the disks, in order.
   *
   * @throws ParameterException if such a machine cannot have any
   */
  List<DiskOption> disks() {
    if (firmware && !disks.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "--disk needs the Xen ABI, which a guest with --firmware does not have; leave one out");
    }
    return disks;
  }

  /**
   * Returns the machine that the options describe.
   *
   * @param disksOf what is known of each disk, in order
   * @throws ParameterException if the options make no sense together
   * @throws HostException if the image cannot be read
   */
  MachineSpec machineSpec(List<DeviceSpec> disksOf) throws HostException {
    List<DeviceSpec> devices = new ArrayList<>();
    devices.add(StandardDevices.store(ram));
    devices.add(StandardDevices.console());
    devices.addAll(disksOf);
    return new MachineSpec(config(), time, capture, imageName(), readImage(), devices);
  }

  private String imageName() {
    Path name = image.getFileName();
    return name == null ? image.toString() : name.toString(); // the root directory has no name
  }

  private MachineConfig config() {
    try {
      return new MachineConfig(
          ram,
          harts,
          firmware ? Firmware.MACHINE_FIRMWARE : Firmware.SUPERVISOR_PAYLOAD,
          arguments,
          MachineConfig.DEFAULT_INSTRUCTIONS_PER_SECOND,
          time == MachineSpec.Time.WALL
              ? System.currentTimeMillis() * 1_000_000
              : VIRTUAL_EPOCH_NS);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private Bytes readImage() throws HostException {
    try {
      long size = Files.size(image);
      if (size > MAX_IMAGE_BYTES || Files.isDirectory(image)) {
        throw new HostException(
            "'%s' is not a guest image: expected a file of at most 512 MiB, found %s"
                .formatted(image, Files.isDirectory(image) ? "a directory" : size + " bytes"));
      }
      return Bytes.wrap(Files.readAllBytes(image));
    } catch (HostException e) {
      throw e;
    } catch (IOException e) {
      throw new HostException(
          "the guest image '" + image + "' cannot be read: " + e.getMessage(), e);
    }
  }
}

package dev.vls.replay.cli;

import dev.vls.log.Bytes;
import dev.vls.replay.DeviceSpec;
import dev.vls.replay.GuestImage;
import dev.vls.replay.GuestImages;
import dev.vls.replay.MachineSpec;
import dev.vls.replay.StandardDevices;
import dev.vls.sma.CaptureMode;
import dev.vls.sma.HostException;
import dev.vls.vmm.HartSchedule;
import dev.vls.vmm.MachineConfig;
import dev.vls.vmm.RngSeed;
import dev.vls.vmm.board.ImageException;
import dev.vls.vmm.engine.Engine;
import dev.vls.vmm.hart.Firmware;
import dev.vls.vmm.memory.GuestMemory;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The options that describe a machine; the same for every command that builds one. */
final class MachineOptions {
  private static final long MAX_IMAGE_BYTES = 512L << 20;
  private static final Optional<Bus> XEN = Optional.of(Bus.XEN);
  private static final long VIRTUAL_EPOCH_NS = 1_767_225_600_000_000_000L; // 2026-01-01 UTC

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Mixin private EngineOption engine;

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

  @Mixin private DeviceOptions devices;

  @Option(
      names = "--harts",
      paramLabel = "N",
      defaultValue = "1",
      description = "Number of harts, 1 to 8 (default: ${DEFAULT-VALUE}).")
  private int harts;

  @Option(
      names = "--quantum",
      paramLabel = "N",
      description =
          "How many instructions a hart runs on average before it is the next one's turn"
              + " (default: 10000).")
  private long quantum = HartSchedule.DEFAULT.quantum();

  @Option(
      names = "--schedule-seed",
      paramLabel = "SEED",
      description =
          "A number that chooses how the lengths of the harts' turns are spread (default: 1).")
  private long scheduleSeed = HartSchedule.DEFAULT.seed();

  @Option(
      names = "--kernel",
      paramLabel = "FILE",
      description =
          "A Linux kernel to start instead of IMAGE: an Image as distributions ship it, gzip and"
              + " EFI zboot included, or ELF64.")
  private Optional<Path> kernel;

  @Option(names = "--initrd", paramLabel = "FILE", description = "The kernel's initial RAM disk.")
  private Optional<Path> initrd;

  @Option(
      names = "--dtb",
      paramLabel = "FILE",
      description =
          "A device tree instead of the machine's own; what --append and --initrd say is put into"
              + " its /chosen.")
  private Optional<Path> deviceTree;

  @Option(
      names = "--dump-dtb",
      paramLabel = "FILE",
      description = "Write the device tree that the guest would find, and run nothing.")
  private Optional<Path> dump;

  @Option(
      names = "--rng-seed",
      paramLabel = "SEED",
      converter = RngSeedConverter.class,
      description =
          "What the device tree gives the kernel's random number generator: 'random', 'none' or 64"
              + " hexadecimal digits; it is kept in the log (default: random, with --time=virtual"
              + " none).")
  private Optional<RngSeed> rngSeed;

  @Option(
      names = "--firmware",
      paramLabel = "FILE",
      description =
          "An image to start in M-mode instead of IMAGE; it answers SBI calls itself, and finds the"
              + " kernel, if there is one, at 0x80200000.")
  private Optional<Path> firmware;

  @Option(
      names = "--append",
      paramLabel = "STRING",
      defaultValue = "",
      description = "The command line of the kernel or guest.")
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
      arity = "0..1",
      description =
          "The guest: an ELF64 RISC-V executable or a raw image; left out with --kernel and"
              + " --firmware.")
  private Optional<Path> image;

  /**
   * Makes this a machine that starts with a stock Linux, where the command line names no other
   * kernel or initial RAM disk.
   *
   * @param words come first on the kernel's command line
   */
  void preferLinux(Path stockKernel, Path stockInitrd, String words) {
    if (kernel.isEmpty()) {
      kernel = Optional.of(stockKernel);
    }
    if (initrd.isEmpty()) {
      initrd = Optional.of(stockInitrd);
    }
    arguments = (words + " " + arguments).strip();
  }

  /**
   * Returns the devices.
   *
   * @throws ParameterException if such a machine cannot have one of them
   */
  DeviceOptions devices() {
    if (firmware.isPresent() && devices.disks().stream().anyMatch(disk -> disk.bus().equals(XEN))) {
      throw new ParameterException(
          spec.commandLine(),
          "bus=xen needs the Xen ABI, which a guest with --firmware does not have; leave one out");
    }
    return devices;
  }

  /**
   * Checks that nothing is named that a saved machine brings with it.
   *
   * @throws ParameterException if something is
   */
  void requireNoMachine(String option) {
    List<String> brought =
        List.of(
            "--ram",
            "--time",
            "--harts",
            "--quantum",
            "--schedule-seed",
            "--kernel",
            "--initrd",
            "--firmware",
            "--dtb",
            "--dump-dtb",
            "--rng-seed",
            "--append",
            "--capture",
            "--entropy");
    ParseResult given = spec.commandLine().getParseResult();
    for (String name : brought) {
      if (given.hasMatchedOption(name)) {
        throw new ParameterException(
            spec.commandLine(), option + " brings the machine as it was saved: leave out " + name);
      }
    }
    if (image.isPresent()) {
      throw new ParameterException(
          spec.commandLine(), option + " brings the machine as it was saved: leave out IMAGE");
    }
  }

  /** Returns how the guest reaches disks that name no bus. */
  Bus bus() {
    return image.isPresent() ? Bus.XEN : Bus.VIRTIO;
  }

  /**
   * Returns what makes the engine that executes the guest.
   *
   * @throws HostException if what it is to show cannot be written
   */
  Function<GuestMemory, Engine> engine() throws HostException {
    return engine.engine();
  }

  /**
   * Returns the machine that the options describe.
   *
   * @param others devices besides store and console, in order
   * @throws ParameterException if the options make no sense together
   * @throws HostException if the image cannot be read
   */
  MachineSpec machineSpec(List<DeviceSpec> others) throws HostException {
    List<DeviceSpec> all = new ArrayList<>();
    all.add(StandardDevices.store(ram));
    all.add(StandardDevices.console());
    all.addAll(others);
    requireOneStart();
    return new MachineSpec(config(), time, capture, images(), all);
  }

  /**
   * Writes the machine's device tree, if the command line asks for that instead of a run.
   *
   * @return whether it did
   */
  boolean dumpDeviceTree() throws IOException, HostException, ImageException {
    if (dump.isEmpty()) {
      return false;
    }
    Files.write(dump.get(), machineSpec(List.of()).deviceTree());
    return true;
  }

  private void requireOneStart() {
    boolean parts = kernel.isPresent() || firmware.isPresent();
    String wrong = null;
    if (image.isPresent() && (parts || initrd.isPresent())) {
      wrong = "IMAGE is a guest as a whole: leave it out, or --kernel, --initrd and --firmware";
    } else if (image.isEmpty() && !parts) {
      wrong = "there is nothing to start: name an IMAGE, a --kernel or a --firmware";
    } else if (initrd.isPresent() && kernel.isEmpty()) {
      wrong = "--initrd needs a --kernel that reads it";
    } else if (deviceTree.isPresent() && rngSeed.isPresent()) {
      wrong = "--rng-seed is for the machine's own device tree: leave it out, or --dtb";
    }
    if (wrong != null) {
      throw new ParameterException(spec.commandLine(), wrong);
    }
  }

  private GuestImages images() throws HostException {
    List<GuestImage> images = new ArrayList<>();
    add(images, GuestImage.Role.GUEST, image);
    add(images, GuestImage.Role.FIRMWARE, firmware);
    add(images, GuestImage.Role.KERNEL, kernel);
    add(images, GuestImage.Role.INITRD, initrd);
    add(images, GuestImage.Role.DEVICE_TREE, deviceTree);
    return new GuestImages(images);
  }

  private static void add(List<GuestImage> images, GuestImage.Role role, Optional<Path> file)
      throws HostException {
    if (file.isPresent()) {
      Path name = file.get().getFileName();
      String shown = name == null ? file.get().toString() : name.toString(); // the root has no name
      images.add(new GuestImage(role, shown, read(role, file.get())));
    }
  }

  private MachineConfig config() {
    try {
      return new MachineConfig(
          ram,
          harts,
          firmware.isPresent() ? Firmware.MACHINE_FIRMWARE : Firmware.SUPERVISOR_PAYLOAD,
          arguments,
          MachineConfig.DEFAULT_INSTRUCTIONS_PER_SECOND,
          time == MachineSpec.Time.WALL ? System.currentTimeMillis() * 1_000_000 : VIRTUAL_EPOCH_NS,
          new HartSchedule(quantum, scheduleSeed),
          rngSeed.orElseGet(this::drawn));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  /**
   * Returns the seed where none is named: a run in virtual time is the same each time, and a tree
   * that is written to a file may be used for many runs.
   */
  private RngSeed drawn() {
    return time == MachineSpec.Time.WALL && deviceTree.isEmpty() && dump.isEmpty()
        ? RngSeedConverter.random()
        : RngSeed.NONE;
  }

  private static Bytes read(GuestImage.Role role, Path file) throws HostException {
    String what = role == GuestImage.Role.GUEST ? "guest image" : role.id();
    try {
      long size = Files.size(file);
      if (size > MAX_IMAGE_BYTES || Files.isDirectory(file)) {
        throw new HostException(
            "'%s' is not a %s: expected a file of at most 512 MiB, found %s"
                .formatted(file, what, Files.isDirectory(file) ? "a directory" : size + " bytes"));
      }
      return Bytes.wrap(Files.readAllBytes(file));
    } catch (HostException e) {
      throw e;
    } catch (IOException e) {
      throw new HostException("the %s '%s' cannot be read: %s".formatted(what, file, reason(e)), e);
    }
  }

  private static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> "there is no such file";
      case AccessDeniedException denied -> "this user may not read it";
      default -> e.getMessage();
    };
  }
}

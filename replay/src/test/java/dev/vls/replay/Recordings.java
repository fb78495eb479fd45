package dev.vls.replay;

import dev.vls.drivers.block.BlockBackend;
import dev.vls.drivers.block.BlockConfig;
import dev.vls.drivers.block.MemoryImage;
import dev.vls.drivers.console.StdioConsole;
import dev.vls.drivers.entropy.EntropyBackend;
import dev.vls.drivers.net.EchoLink;
import dev.vls.drivers.net.MacAddress;
import dev.vls.drivers.net.NetBackend;
import dev.vls.log.Bytes;
import dev.vls.log.LogException;
import dev.vls.log.Manifest;
import dev.vls.log.store.LogDirectory;
import dev.vls.log.store.LogReader;
import dev.vls.log.store.LogWriter;
import dev.vls.log.store.LogWriterConfig;
import dev.vls.sma.CaptureMode;
import dev.vls.sma.Domain;
import dev.vls.sma.HostException;
import dev.vls.sma.Outcome;
import dev.vls.sma.OutputGate;
import dev.vls.vmm.MachineConfig;
import dev.vls.vmm.Position;
import dev.vls.vmm.hart.Firmware;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Runs, records and replays the prebuilt guests as the command does, with consoles in memory. */
public final class Recordings {
  /** Where the images are. */
  public static final Path GUESTS =
      Path.of(System.getProperty("vls.root", ".."), "guests", "prebuilt");

  /** Enough for every prebuilt guest with small arguments. */
  public static final long RAM_BYTES = 16L << 20;

  /** Size of the disks, zeroed at first. */
  public static final int DISK_SECTORS = 2048;

  private static final long EPOCH_NS = 1_767_225_600_000_000_000L;

  private Recordings() {}

  /**
   * How a run ended.
   *
   * @param digests of registers, memory and output
   * @param console what the guest wrote
   */
  public record Ended(Outcome outcome, Position position, List<String> digests, Bytes console) {}

  /** Returns the image of a guest. */
  public static Path image(String guest) {
    return GUESTS.resolve(guest + ".elf");
  }

  /** Returns a machine with XenStore and console. */
  public static MachineSpec spec(String guest, String arguments, MachineSpec.Time time)
      throws IOException {
    MachineConfig machine =
        new MachineConfig(
            RAM_BYTES,
            1,
            Firmware.SUPERVISOR_PAYLOAD,
            arguments,
            MachineConfig.DEFAULT_INSTRUCTIONS_PER_SECOND,
            EPOCH_NS);
    return new MachineSpec(
        machine,
        time,
        CaptureMode.STRICT,
        GuestImages.guest(guest, Bytes.wrap(Files.readAllBytes(image(guest)))),
        List.of(StandardDevices.store(RAM_BYTES), StandardDevices.console()));
  }

  /** Returns the same machine with one more disk. */
  public static MachineSpec withDisk(MachineSpec spec) {
    List<DeviceSpec> devices = new ArrayList<>(spec.devices());
    devices.add(StandardDevices.disk(0, DISK_SECTORS, BlockConfig.Writing.ALLOWED));
    return new MachineSpec(spec.machine(), spec.time(), spec.capture(), spec.images(), devices);
  }

  /** Returns the same machine with a virtio disk and an entropy device. */
  public static MachineSpec withVirtio(MachineSpec spec) {
    return spec.with(VirtioDevices.disk(0, 0, DISK_SECTORS, BlockConfig.Writing.ALLOWED))
        .with(VirtioDevices.entropy(1));
  }

  /** Returns the same machine with a network that sends every frame back. */
  public static MachineSpec withNetwork(MachineSpec spec) {
    return spec.with(VirtioDevices.net(0, 0, MacAddress.ofCard(0)));
  }

  /** Runs live, without a log. */
  public static Ended run(MachineSpec spec, InputStream input) throws Exception {
    ByteArrayOutputStream console = new ByteArrayOutputStream();
    try (VirtualMachine vm = withBackends(machine(spec, input, console))) {
      return ended(vm, vm.run(), console);
    }
  }

  /** Runs live and records. */
  public static Ended record(
      MachineSpec spec, InputStream input, OutputStream echo, Path log, LogWriterConfig config)
      throws Exception {
    Manifest manifest = spec.manifest("test", 0);
    LogDirectory directory = LogDirectory.create(log, manifest, spec.imageContents());
    Tee console = new Tee(echo);
    try (LogWriter writer = LogWriter.create(directory, config);
        VirtualMachine vm = withBackends(machine(spec, input, console))) {
      return ended(vm, vm.record(new LogSink(writer)), console.all);
    }
  }

  /** Runs live and records. */
  public static Ended record(MachineSpec spec, InputStream input, Path log) throws Exception {
    return record(spec, input, OutputStream.nullOutputStream(), log, LogWriterConfig.DEFAULT);
  }

  /** Replays to the end and compares with the recording. */
  public static Ended replay(Path log) throws Exception {
    ByteArrayOutputStream console = new ByteArrayOutputStream();
    try (LogReader reader = LogReader.open(log);
        VirtualMachine vm = machine(recorded(reader), InputStream.nullInputStream(), console)) {
      LogSource source = vm.replay(new LogFeed(reader), Long.MAX_VALUE);
      Outcome outcome = vm.domain().run(source);
      source.verifyEnd(outcome);
      return ended(vm, outcome, console);
    }
  }

  /** Returns the machine that a log was recorded with. */
  static MachineSpec recorded(LogReader reader) throws LogException {
    return MachineSpec.of(reader.directory());
  }

  private static VirtualMachine machine(MachineSpec spec, InputStream input, OutputStream output)
      throws Exception {
    VirtualMachine vm =
        VirtualMachine.create(spec, StandardDevices.KINDS, OutputGate.Release.IMMEDIATE);
    vm.attach(StandardDevices.CONSOLE, new StdioConsole(input, output, vm::fail));
    return vm;
  }

  private static VirtualMachine withBackends(VirtualMachine vm) {
    for (DeviceSpec device : vm.spec().devices()) {
      String name = device.name();
      if (StandardDevices.isDisk(device)) {
        vm.attach(name, new BlockBackend(name, new MemoryImage(DISK_SECTORS), vm::fail));
      } else if (device.kind().equals(VirtioDevices.ENTROPY)) {
        vm.attach(name, new EntropyBackend(new SecureRandom()));
      } else if (device.kind().equals(VirtioDevices.NET)) {
        vm.attach(name, new NetBackend(name, new EchoLink(), vm::fail));
      }
    }
    return vm;
  }

  private static Ended ended(VirtualMachine vm, Outcome outcome, ByteArrayOutputStream console)
      throws HostException {
    vm.closeBackends();
    if (vm.failure().isPresent()) {
      throw vm.failure().get();
    }
    Domain domain = vm.domain();
    List<String> digests =
        Stream.of(
                domain.machine().registerHash(),
                domain.machine().memoryHash(),
                domain.gate().digest())
            .map(HexFormat.of()::formatHex)
            .toList();
    return new Ended(
        outcome, domain.machine().position(), digests, Bytes.wrap(console.toByteArray()));
  }

  /** Keeps everything and hands it on. */
  private static final class Tee extends OutputStream {
    private final ByteArrayOutputStream all = new ByteArrayOutputStream();
    private final OutputStream next;

    Tee(OutputStream next) {
      this.next = next;
    }

    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      all.write(bytes, offset, length);
      next.write(bytes, offset, length);
    }
  }
}

package dev.vls.replay.cli;

import dev.vls.drivers.console.FileConsole;
import dev.vls.drivers.console.SocketConsole;
import dev.vls.drivers.console.StdioConsole;
import dev.vls.log.store.LogDirectory;
import dev.vls.log.store.LogWriter;
import dev.vls.replay.GuestImage;
import dev.vls.replay.MachineSpec;
import dev.vls.replay.StandardDevices;
import dev.vls.replay.VirtualMachine;
import dev.vls.sma.Backend;
import dev.vls.sma.HostException;
import dev.vls.sma.OutputGate;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** Builds the machine that the command line describes, with back-ends attached. */
final class LiveMachine {
  private LiveMachine() {}

  /** A console that is attached once all else is there; closed with this if it never was. */
  static final class OpenedConsole implements AutoCloseable {
    private final VirtualMachine vm;
    private final Backend console;
    private final Optional<Monitor> monitor;
    private boolean attached;

    private OpenedConsole(VirtualMachine vm, Backend console, Optional<Monitor> monitor) {
      this.vm = vm;
      this.console = console;
      this.monitor = monitor;
    }

    /** Tells the monitor, if there is one, of the log. */
    void recordsTo(LogWriter log) {
      monitor.ifPresent(open -> open.recordsTo(log));
    }

    /** Gives it to the machine, which closes it from here on. */
    void attach() {
      attached = true;
      vm.attach(StandardDevices.CONSOLE, console);
    }

    @Override
    public void close() {
      if (!attached) {
        console.close();
      }
    }
  }

  /** Opens the console that the command line names. */
  static OpenedConsole console(VirtualMachine vm, ConsoleOption where, StateOptions state)
      throws HostException {
    OpenedConsole opened = console(vm, where);
    return new OpenedConsole(vm, state.watched(opened.console, vm), opened.monitor);
  }

  private static OpenedConsole console(VirtualMachine vm, ConsoleOption where)
      throws HostException {
    if (where instanceof ConsoleOption.Stdio(ConsoleOption.Keyboard keyboard)
        && isRaw(keyboard, vm.spec())) {
      return terminalConsole(vm);
    }
    return new OpenedConsole(vm, console(where, failure(vm)), Optional.empty());
  }

  private static boolean isRaw(ConsoleOption.Keyboard keyboard, MachineSpec spec) {
    return switch (keyboard) {
      case RAW -> true;
      case LINES -> false;
      case BY_GUEST -> spec.images().first().role() != GuestImage.Role.GUEST;
    };
  }

  private static OpenedConsole terminalConsole(VirtualMachine vm) {
    Monitor monitor = new Monitor(System.err, vm);
    RawTerminal terminal = new RawTerminal();
    InputStream keys = new TerminalKeys(new FileInputStream(FileDescriptor.in), terminal, monitor);
    StdioConsole console = new StdioConsole(keys, standardOutput(), failure(vm));
    return new OpenedConsole(vm, new TerminalConsole(console, terminal), Optional.of(monitor));
  }

  /** Builds it with a console of the caller's. */
  static VirtualMachine create(MachineOptions options, Backend console, OutputGate.Release release)
      throws Exception {
    VirtualMachine vm = create(options, release);
    vm.attach(StandardDevices.CONSOLE, console);
    return vm;
  }

  /**
   * Builds it without a console, or goes on from a saved one; the caller closes it, and with it the
   * back-ends.
   */
  static VirtualMachine create(MachineOptions options, StateOptions state) throws Exception {
    return state.from().isPresent()
        ? restore(options, state.from().get())
        : create(options, OutputGate.Release.IMMEDIATE);
  }

  private static VirtualMachine restore(MachineOptions options, Path saved) throws Exception {
    MachineSpec spec = MachineSpec.of(LogDirectory.open(saved));
    if (spec.images().find(GuestImage.Role.STATE).isEmpty()) {
      throw new HostException(
          "'%s' is a recording, not a saved machine; '%s' makes one"
              .formatted(saved, StateOptions.SAVE_STATE));
    }
    Devices.requireSame(options.devices(), spec.devices(), "the saved machine");
    try (Devices devices = Devices.open(options.devices())) {
      return create(spec, options, devices, OutputGate.Release.IMMEDIATE);
    }
  }

  private static VirtualMachine create(MachineOptions options, OutputGate.Release release)
      throws Exception {
    try (Devices devices = Devices.open(options.devices())) {
      return create(options.machineSpec(devices.specs(options.bus())), options, devices, release);
    }
  }

  private static VirtualMachine create(
      MachineSpec spec, MachineOptions options, Devices devices, OutputGate.Release release)
      throws Exception {
    VirtualMachine vm =
        VirtualMachine.create(spec, options.engine(), StandardDevices.KINDS, release);
    devices.attach(vm);
    return vm;
  }

  /** Returns the console of a replay: the same bytes again, no input. */
  static Backend replayConsole(Consumer<HostException> failure) {
    return new StdioConsole(InputStream.nullInputStream(), standardOutput(), failure);
  }

  /**
   * Returns what a failing back-end does: the guest stops, and the command ends with a host error.
   */
  static Consumer<HostException> failure(VirtualMachine vm) {
    return e -> vm.fail(e);
  }

  private static Backend console(ConsoleOption option, Consumer<HostException> failure)
      throws HostException {
    return switch (option) {
      case ConsoleOption.Stdio stdio ->
          new StdioConsole(new FileInputStream(FileDescriptor.in), standardOutput(), failure);
      case ConsoleOption.ToFile(String path) -> new FileConsole(Path.of(path), failure);
      case ConsoleOption.Socket(String address) -> socket(address, failure);
    };
  }

  private static Backend socket(String address, Consumer<HostException> failure)
      throws HostException {
    if (address.matches("[0-9]{1,5}")) {
      InetSocketAddress loopback =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(address));
      return SocketConsole.tcp(loopback, failure);
    }
    return SocketConsole.unix(Path.of(address), failure);
  }

  /** The console's bytes go past Java's print streams: byte for byte, and errors are noticed. */
  private static FileOutputStream standardOutput() {
    return new FileOutputStream(FileDescriptor.out);
  }
}

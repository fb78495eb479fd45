package dev.vls.replay.example;

import dev.vls.drivers.console.StdioConsole;
import dev.vls.log.BrkFrame;
import dev.vls.log.Bytes;
import dev.vls.log.Event;
import dev.vls.log.LogException;
import dev.vls.log.store.LogReader;
import dev.vls.log.store.LogWriter;
import dev.vls.log.wire.FollowerConfig;
import dev.vls.log.wire.LeaderConfig;
import dev.vls.replay.DeviceKinds;
import dev.vls.replay.LogFeed;
import dev.vls.replay.LogSink;
import dev.vls.replay.LogSource;
import dev.vls.replay.MachineSpec;
import dev.vls.replay.StandardDevices;
import dev.vls.replay.VirtualMachine;
import dev.vls.replay.role.Fence;
import dev.vls.replay.role.Follower;
import dev.vls.replay.role.Leader;
import dev.vls.sma.HostException;
import dev.vls.sma.Outcome;
import dev.vls.sma.OutputGate;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** VLS as a library: what docs/embedding.md shows. */
final class Embedding {
  private Embedding() {}

  // snippet spec
  static final DeviceKinds KINDS = StandardDevices.KINDS.with(EntropyDevice.KIND);

  static MachineSpec spec(Path image) throws IOException {
    return MachineSpec.guest("entropy", Bytes.wrap(Files.readAllBytes(image)), 16 << 20)
        .with(EntropyDevice.SPEC);
  }

  // end

  // snippet build
  static VirtualMachine build(MachineSpec spec, OutputGate.Release release, OutputStream screen)
      throws Exception {
    VirtualMachine vm = VirtualMachine.create(spec, KINDS, release);
    vm.attach(StandardDevices.CONSOLE, console(vm, screen));
    vm.attach("entropy", new EntropyBackend(new SecureRandom()));
    return vm;
  }

  private static StdioConsole console(VirtualMachine vm, OutputStream screen) {
    return new StdioConsole(InputStream.nullInputStream(), screen, vm::fail);
  }

  // end

  // snippet run
  static Outcome run(MachineSpec spec, OutputStream screen) throws Exception {
    try (VirtualMachine vm = build(spec, OutputGate.Release.IMMEDIATE, screen)) {
      return vm.run();
    }
  }

  // end

  // snippet record
  static Outcome record(MachineSpec spec, OutputStream screen, Path directory) throws Exception {
    try (LogWriter log = spec.newLog(directory, "entropy 1.0");
        VirtualMachine vm = build(spec, OutputGate.Release.IMMEDIATE, screen)) {
      return vm.record(new LogSink(log));
    }
  }

  // end

  // snippet replay
  static LogSource replay(Path directory, OutputStream screen) throws Exception {
    try (LogReader log = LogReader.open(directory);
        VirtualMachine vm =
            VirtualMachine.create(
                MachineSpec.of(log.directory()), KINDS, OutputGate.Release.IMMEDIATE)) {
      vm.attach(StandardDevices.CONSOLE, console(vm, screen));
      LogSource source = vm.replay(new LogFeed(log), Long.MAX_VALUE);
      source.verifyEnd(vm.domain().run(source));
      return source;
    }
  }

  // end

  // snippet lead
  /** The machine's output is released by {@code STABLE}. */
  static Leader leader(
      VirtualMachine vm, InetSocketAddress address, Fence fence, Consumer<String> notice)
      throws LogException {
    LeaderConfig config =
        LeaderConfig.of(
            address,
            vm.spec().manifest("entropy 1.0", System.currentTimeMillis()),
            vm.spec().imageContents());
    return new Leader(vm, config, fence, "leader", Optional.empty(), notice);
  }

  static Outcome lead(Leader leader) throws Exception {
    if (!leader.awaitFollower(Duration.ofMinutes(1))) {
      throw new HostException("no follower came within a minute; start one");
    }
    return leader.lead();
  }

  // end

  // snippet follow
  static Optional<Outcome> follow(InetSocketAddress leader, OutputStream screen, Fence fence)
      throws Exception {
    try (Follower follower = Follower.connect(FollowerConfig.of(leader), KINDS)) {
      VirtualMachine vm = follower.vm();
      vm.attach(StandardDevices.CONSOLE, console(vm, screen));
      return switch (follower.follow()) {
        case RUN_OVER, STOPPED -> Optional.empty();
        case LEADER_LOST -> {
          follower.win(fence, "follower");
          vm.attach("entropy", new EntropyBackend(new SecureRandom()));
          yield Optional.of(follower.goOn());
        }
      };
    }
  }

  // end

  // snippet observe
  static void observe(VirtualMachine vm, PrintStream out) {
    vm.domain()
        .observe(
            (at, event) ->
                out.printf(
                    "%s at %s: %d stores, event ports %s%n",
                    at.kind(),
                    at.position(),
                    event.transfers().stream().mapToInt(t -> t.updates().size()).sum(),
                    event.ports()));
  }

  // end

  // snippet read
  static void read(Path directory, PrintStream out) throws LogException {
    try (LogReader log = LogReader.open(directory)) {
      for (Optional<Event> next = log.next(); next.isPresent(); next = log.next()) {
        BrkFrame brk = next.get().brk();
        out.printf("%s: %s, %s%n", brk.position(), brk.kind(), next.get().sma());
      }
      out.printf("%s%n", log.end());
    }
  }

  // end

  // snippet main
  /** Records a run of IMAGE in DIRECTORY, which must not exist, and replays it. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[1]);
    record(spec(Path.of(arguments[0])), System.out, directory);
    replay(directory, System.out); // the same bytes again
  }
  // end
}

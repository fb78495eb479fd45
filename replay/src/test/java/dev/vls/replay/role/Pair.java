package dev.vls.replay.role;

import dev.vls.drivers.block.BlockBackend;
import dev.vls.drivers.console.RelayConsole;
import dev.vls.log.store.LogWriter;
import dev.vls.log.wire.FollowerConfig;
import dev.vls.log.wire.LeaderConfig;
import dev.vls.log.wire.LivenessConfig;
import dev.vls.replay.LogSink;
import dev.vls.replay.MachineSpec;
import dev.vls.replay.Recordings;
import dev.vls.replay.StandardDevices;
import dev.vls.replay.VirtualMachine;
import dev.vls.sma.Domain;
import dev.vls.sma.Outcome;
import dev.vls.sma.OutputGate;
import dev.vls.vmm.HartSchedule;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A leader and its follower in this process, as the commands put them together. */
final class Pair implements AutoCloseable {
  static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  /** A busy machine may stop a process for seconds; only tests of silence look at silence. */
  static final LivenessConfig PATIENT =
      new LivenessConfig(Duration.ofMillis(100), Duration.ofMinutes(5));

  static final LivenessConfig IMPATIENT =
      new LivenessConfig(Duration.ofMillis(100), Duration.ofMillis(600));

  private static final int RETAIN_BYTES = 1 << 20;
  private static final long LIMIT_SECONDS = 60;

  final VirtualMachine leading;
  final Leader leader;
  final BlockingQueue<String> notices = new LinkedBlockingQueue<>();
  final CompletableFuture<Outcome> led = new CompletableFuture<>();
  final CompletableFuture<Outcome> followed = new CompletableFuture<>();
  final List<InetSocketAddress> consoles;
  private final List<CompletableFuture<Outcome>> started = new CopyOnWriteArrayList<>();
  private final Optional<SharedDisk> disk;
  private final RelayConsole console;

  /** Digests of the machine at the follower when it ended. */
  volatile List<String> digests;

  /** The following side, once it follows. */
  final CompletableFuture<Follower> follower = new CompletableFuture<>();

  /** Builds the leading side, which waits for its follower. */
  Pair(MachineSpec spec, Optional<SharedDisk> disk, Fence fence, LivenessConfig liveness)
      throws Exception {
    this.disk = disk;
    Leader[] told = new Leader[1];
    console =
        new RelayConsole(
            RETAIN_BYTES,
            offset -> {
              if (told[0] != null) {
                told[0].consoleAcknowledged(offset);
              }
            });
    leading = VirtualMachine.create(spec, StandardDevices.KINDS, OutputGate.Release.STABLE);
    leading.attach(StandardDevices.CONSOLE, console);
    attachDisk(leading);
    consoles = List.of(console.goLive(ANY), freeAddress());
    LeaderConfig config =
        LeaderConfig.of(ANY, spec.manifest("test", 0), spec.imageContents()).withLiveness(liveness);
    leader = new Leader(leading, config, fence, "leader", Optional.empty(), notices::add);
    told[0] = leader;
  }

  /** Returns a machine with several harts that work on the same memory. */
  static MachineSpec severalHarts() throws IOException {
    return Recordings.spec("smp", "rounds=300", MachineSpec.Time.WALL)
        .withHarts(3, new HartSchedule(1000, 3));
  }

  /** Returns a ledger's machine. */
  static MachineSpec ledger(Optional<SharedDisk> disk) throws IOException {
    MachineSpec spec =
        Recordings.spec("ledger", disk.isPresent() ? "" : "journal=0", MachineSpec.Time.WALL);
    return disk.isPresent() ? Recordings.withDisk(spec) : spec;
  }

  static InetSocketAddress freeAddress() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return (InetSocketAddress) socket.getLocalSocketAddress();
    }
  }

  private void attachDisk(VirtualMachine vm) throws InterruptedException {
    if (disk.isPresent()) {
      String name = StandardDevices.diskName(0);
      vm.attach(name, new BlockBackend(name, disk.get().open(), vm::fail));
    }
  }

  /** Runs the guest here once the follower is there. */
  void lead() {
    start(
        led,
        () -> {
          try {
            leader.awaitFollower(Duration.ofSeconds(LIMIT_SECONDS));
            Outcome outcome = leader.lead();
            drain(console, outcome);
            return outcome;
          } finally {
            leader.close();
            leading.close();
          }
        });
  }

  /** Follows the leader at {@code address}, and goes on when it is lost and the fence is won. */
  void follow(InetSocketAddress address, Fence fence, LivenessConfig liveness, Optional<Path> log) {
    start(followed, () -> followed(config(address, liveness), fence, log));
  }

  static FollowerConfig config(InetSocketAddress address, LivenessConfig liveness) {
    FollowerConfig config = FollowerConfig.of(address);
    return config.withTimes(liveness, config.retry(), Duration.ofSeconds(LIMIT_SECONDS));
  }

  private Outcome followed(FollowerConfig config, Fence fence, Optional<Path> log)
      throws Exception {
    try (Follower side = Follower.connect(config, StandardDevices.KINDS)) {
      if (log.isEmpty()) {
        return followed(side, fence);
      }
      try (LogWriter writer = side.vm().spec().newLog(log.get(), "test")) {
        side.record(new LogSink(writer));
        return followed(side, fence);
      }
    }
  }

  private Outcome followed(Follower side, Fence fence) throws Exception {
    RelayConsole retained = new RelayConsole(RETAIN_BYTES, offset -> {});
    side.onConsoleAcknowledged(retained::trim);
    side.vm().attach(StandardDevices.CONSOLE, retained);
    follower.complete(side);
    Follower.Ending ending = side.follow();
    if (ending != Follower.Ending.LEADER_LOST) {
      digests = digests(side.vm().domain());
      return new Outcome.Ended(ending.name());
    }
    side.win(fence, "follower");
    attachDisk(side.vm());
    retained.goLive(consoles.get(1));
    Outcome outcome = side.goOn();
    digests = digests(side.vm().domain());
    drain(retained, outcome);
    return outcome;
  }

  /** A run that was stopped may have no client that could take what is left. */
  private static void drain(RelayConsole console, Outcome outcome) throws InterruptedException {
    console.runOver();
    if (outcome instanceof Outcome.PoweredOff) {
      console.awaitAcknowledged(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
    }
  }

  static List<String> digests(Domain domain) {
    return Stream.of(
            domain.machine().registerHash(), domain.machine().memoryHash(), domain.gate().digest())
        .map(HexFormat.of()::formatHex)
        .toList();
  }

  /** Waits until a sentence that contains {@code words} was said at the leader. */
  String awaitNotice(String words) throws InterruptedException {
    String notice = notices.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
    while (notice != null && !notice.contains(words)) {
      notice = notices.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
    }
    return notice;
  }

  private void start(CompletableFuture<Outcome> result, Callable<Outcome> side) {
    started.add(result);
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                result.complete(side.call());
              } catch (Exception e) {
                result.completeExceptionally(e);
              }
            });
  }

  @Override
  public void close() {
    leader.close();
    leading.stop("the test is over");
    if (follower.isDone()) {
      follower.join().stop("the test is over");
    }
    for (CompletableFuture<Outcome> side : started) {
      Throwable failure =
          side.handle((outcome, thrown) -> thrown)
              .orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS)
              .join();
      if (failure instanceof Error error) {
        throw error;
      }
    }
    leading.close();
  }
}

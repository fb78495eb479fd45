package dev.vls.replay.cli;

import dev.vls.drivers.console.RelayConsole;
import dev.vls.log.Manifest;
import dev.vls.log.wire.FollowerConfig;
import dev.vls.replay.MachineSpec;
import dev.vls.replay.StandardDevices;
import dev.vls.replay.VirtualMachine;
import dev.vls.replay.role.FileFence;
import dev.vls.replay.role.Follower;
import dev.vls.sma.HostException;
import dev.vls.sma.Outcome;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code vls follow}. */
@Command(
    name = "follow",
    header = "Follows a leader and takes over when it dies.",
    description = {
      "Connects to a leader ('vls lead'), takes its machine's configuration and image, and replays"
          + " its run as it happens.",
      "When the leader is lost and this side wins the fence, the guest goes on here, with what"
          + " the options here put behind its devices, named as the leader names it.",
      "Ctrl-C leaves the leader, which goes on alone; after a takeover it stops the guest in order."
    })
final class FollowCommand implements Callable<Integer> {
  private static final Duration DISK_PATIENCE = Duration.ofMinutes(10);

  @Parameters(
      paramLabel = "[HOST:]PORT",
      converter = AddressConverter.class,
      description = "Where the leader listens.")
  private InetSocketAddress leader;

  @Mixin private DeviceOptions devices;
  @Mixin private PairOptions pair;
  @Mixin private StatisticsOptions statistics;

  @Override
  public Integer call() throws Exception {
    FileFence fence = pair.openFence(); // fail now and not at the takeover
    pair.requireFreeConsole();
    pair.say("connecting to the leader at " + leader);
    Follower follower = Follower.connect(config(), StandardDevices.KINDS, this::objections);
    try (OrderlyStop stop = new OrderlyStop();
        follower;
        KeptLog log = pair.openLog(follower.vm().spec());
        Watch watch = statistics.watch(follower.vm())) {
      stop.act(() -> follower.stop("stopped by the user"));
      log.sink().ifPresent(follower::record);
      log.watchedBy(watch);
      watch.follower(follower);
      RelayConsole console = new RelayConsole(PairOptions.RETAINED_CONSOLE_BYTES, offset -> {});
      follower.onConsoleAcknowledged(console::trim);
      follower.vm().attach(StandardDevices.CONSOLE, console);
      return follow(follower, fence, console, watch);
    }
  }

  private FollowerConfig config() {
    FollowerConfig config = FollowerConfig.of(leader);
    Duration delay = config.retry().delay();
    int attempts = Math.toIntExact(pair.patience().dividedBy(delay));
    return config.withTimes(
        pair.liveness(), new FollowerConfig.Retry(attempts, delay), config.handshakeTimeout());
  }

  /** A takeover needs the leader's disks: without them this side is no follower. */
  private List<String> objections(Manifest manifest) {
    try {
      Devices.requireSame(devices, MachineSpec.devicesOf(manifest), "the leader's machine");
      return List.of();
    } catch (HostException e) {
      return List.of(e.getMessage());
    }
  }

  private int follow(Follower follower, FileFence fence, RelayConsole console, Watch watch)
      throws Exception {
    pair.say("following");
    return switch (follower.follow()) {
      case RUN_OVER -> {
        watch.finished("the leader's run is over and was the same here");
        yield ExitCode.OK;
      }
      case STOPPED -> {
        watch.finished("left the leader, which goes on alone");
        yield ExitCode.OK;
      }
      case LEADER_LOST -> takeOver(follower, fence, console, watch);
    };
  }

  private int takeOver(Follower follower, FileFence fence, RelayConsole console, Watch watch)
      throws Exception {
    long lostNs = System.nanoTime();
    follower.win(fence, PairOptions.name("follower"));
    VirtualMachine vm = follower.vm();
    try (Devices opened =
        Devices.openWhenFree(devices, DISK_PATIENCE, follower::isStopping, pair::say)) {
      opened.attach(vm);
    }
    pair.serve(console);
    pair.say(
        "lag: on average %.1f and at most %d events waited for their replay"
            .formatted(follower.meanEventsBehind(), follower.mostEventsBehind()));
    pair.say(
        "the leader is lost; took over at position %s, %.1f ms after its last event was replayed"
            .formatted(vm.domain().machine().position(), (System.nanoTime() - lostNs) / 1e6));
    Outcome outcome = follower.goOn();
    Outcomes.requireNoFailure(vm);
    PairOptions.drain(console);
    vm.closeBackends(); // a disk that cannot be closed is a failure too
    Outcomes.requireNoFailure(vm);
    watch.finished(Outcomes.words(outcome));
    return Outcomes.exitCode(outcome);
  }
}

package dev.vls.replay.cli;

import dev.vls.drivers.console.RelayConsole;
import dev.vls.log.wire.LeaderConfig;
import dev.vls.replay.MachineSpec;
import dev.vls.replay.VirtualMachine;
import dev.vls.replay.role.Leader;
import dev.vls.sma.HostException;
import dev.vls.sma.Outcome;
import dev.vls.sma.OutputGate;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vls lead}. */
@Command(
    name = "lead",
    header = "Runs a guest as the leader of a pair.",
    description = {
      "Waits for a follower ('vls follow'), then runs IMAGE and streams everything that reaches"
          + " it.",
      "Console output and disk writes leave only when the follower holds what lies behind them, so"
          + " that it can take over unnoticed.",
      "The console is reached with 'vls console'. Ctrl-C ends the run in order, on both sides."
    })
final class LeadCommand implements Callable<Integer> {
  @Mixin private MachineOptions options;
  @Mixin private PairOptions pair;
  @Mixin private StatisticsOptions statistics;

  @Option(
      names = "--listen",
      paramLabel = "[HOST:]PORT",
      required = true,
      converter = AddressConverter.class,
      description = "Where the follower connects.")
  private InetSocketAddress address;

  @Override
  public Integer call() throws Exception {
    if (options.dumpDeviceTree()) {
      return ExitCode.OK;
    }
    AtomicReference<Leader> leading = new AtomicReference<>();
    RelayConsole console =
        new RelayConsole(
            PairOptions.RETAINED_CONSOLE_BYTES,
            offset ->
                Optional.ofNullable(leading.get()).ifPresent(l -> l.consoleAcknowledged(offset)));
    try (OrderlyStop stop = new OrderlyStop();
        VirtualMachine vm = LiveMachine.create(options, console, OutputGate.Release.STABLE);
        KeptLog log = pair.openLog(vm.spec())) {
      pair.serve(console); // before a follower can come: it would take over if this failed
      try (Leader leader = leader(vm, log);
          Watch watch = statistics.watch(vm)) {
        leading.set(leader);
        stop.act(() -> leader.stop("stopped by the user"));
        log.watchedBy(watch);
        watch.leader(leader);
        return lead(vm, leader, console, watch);
      }
    }
  }

  private Leader leader(VirtualMachine vm, KeptLog log) throws Exception {
    return new Leader(
        vm, config(vm.spec()), pair.openFence(), PairOptions.name("leader"), log.sink(), pair::say);
  }

  private LeaderConfig config(MachineSpec spec) {
    return LeaderConfig.of(
            address,
            spec.manifest("vls " + Version.number(), System.currentTimeMillis()),
            spec.imageContents())
        .withLiveness(pair.liveness());
  }

  private int lead(VirtualMachine vm, Leader leader, RelayConsole console, Watch watch)
      throws Exception {
    pair.say("waiting for a follower at " + leader.address());
    Duration patience = pair.patience();
    if (!leader.awaitFollower(patience)) {
      if (leader.isStopping()) {
        return ExitCode.OK;
      }
      throw new HostException(
          "no follower came within %d s; start one with 'vls follow', or wait longer with --patience"
              .formatted(patience.toSeconds()));
    }
    Outcome outcome = leader.lead();
    PairOptions.drain(console);
    vm.closeBackends(); // a disk that cannot be closed is a failure
    Outcomes.requireNoFailure(vm);
    watch.finished(Outcomes.words(outcome));
    return Outcomes.exitCode(outcome);
  }
}

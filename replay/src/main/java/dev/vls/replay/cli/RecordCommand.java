package dev.vls.replay.cli;

import dev.vls.log.store.LogWriter;
import dev.vls.replay.LogSink;
import dev.vls.replay.MachineSpec;
import dev.vls.replay.VirtualMachine;
import dev.vls.sma.Outcome;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vls record}. */
@Command(
    name = "record",
    header = "Runs a guest and records everything that reaches it.",
    description = {
      "Runs IMAGE as 'vls run' does and writes a log from which 'vls replay' makes the same run"
          + " again, bit for bit.",
      "Ctrl-C stops the guest in order and completes the log."
    })
final class RecordCommand implements Callable<Integer> {
  @Mixin private MachineOptions options;
  @Mixin private ConsoleOptions console;
  @Mixin private StatisticsOptions statistics;
  @Mixin private StateOptions state;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "DIR",
      description = "The log's directory; must not exist yet.")
  private Path directory;

  @Override
  public Integer call() throws Exception {
    return record(options, console, statistics, state, directory);
  }

  /** Runs the machine of {@code options} to its end, records, and returns the exit code. */
  static int record(
      MachineOptions options,
      ConsoleOptions console,
      StatisticsOptions statistics,
      StateOptions state,
      Path directory)
      throws Exception {
    state.check(options);
    if (options.dumpDeviceTree()) {
      return ExitCode.OK;
    }
    try (OrderlyStop stop = new OrderlyStop();
        VirtualMachine vm = LiveMachine.create(options, state);
        LiveMachine.OpenedConsole opened = LiveMachine.console(vm, console.where(), state);
        Watch watch = statistics.watch(vm); // before there is a log, which a refusal would leave
        LogWriter writer = create(directory, vm.spec())) {
      opened.recordsTo(writer);
      opened.attach();
      stop.act(() -> vm.stop("stopped by the user"));
      watch.log(writer.counters());
      Outcome outcome = vm.record(new LogSink(writer));
      state.save(vm, outcome);
      vm.closeBackends(); // the console's bytes come before the report
      Outcomes.requireNoFailure(vm);
      watch.finished(Outcomes.words(outcome));
      return Outcomes.exitCode(outcome);
    }
  }

  /** Creates the log of a run of {@code spec} from its start. */
  static LogWriter create(Path directory, MachineSpec spec) throws Exception {
    return spec.newLog(directory, "vls " + Version.number());
  }
}

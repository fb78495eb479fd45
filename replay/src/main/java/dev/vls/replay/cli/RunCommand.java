package dev.vls.replay.cli;

import dev.vls.replay.VirtualMachine;
import dev.vls.sma.Outcome;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code vls run}. */
@Command(
    name = "run",
    header = "Runs a guest.",
    description = {
      "Runs IMAGE until it powers off. The guest's console is standard input and output.",
      "Ctrl-C stops the guest in order; a kernel or firmware on a terminal gets that key, and"
          + " Ctrl-A x stops it."
    })
final class RunCommand implements Callable<Integer> {
  @Mixin private MachineOptions options;
  @Mixin private ConsoleOptions console;
  @Mixin private StatisticsOptions statistics;
  @Mixin private StateOptions state;

  @Override
  public Integer call() throws Exception {
    return run(options, console, statistics, state);
  }

  /** Runs the machine of {@code options} to its end and returns the exit code. */
  static int run(
      MachineOptions options,
      ConsoleOptions console,
      StatisticsOptions statistics,
      StateOptions state)
      throws Exception {
    state.check(options);
    if (options.dumpDeviceTree()) {
      return ExitCode.OK;
    }
    try (OrderlyStop stop = new OrderlyStop();
        VirtualMachine vm = LiveMachine.create(options, state);
        LiveMachine.OpenedConsole opened = LiveMachine.console(vm, console.where(), state);
        Watch watch = statistics.watch(vm)) {
      opened.attach();
      stop.act(() -> vm.stop("stopped by the user"));
      Outcome outcome = vm.run();
      state.save(vm, outcome);
      vm.closeBackends(); // the console's bytes come before the report
      Outcomes.requireNoFailure(vm);
      watch.finished(Outcomes.words(outcome));
      return Outcomes.exitCode(outcome);
    }
  }
}

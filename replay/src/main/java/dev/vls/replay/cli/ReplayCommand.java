package dev.vls.replay.cli;

import dev.vls.log.Manifest;
import dev.vls.log.store.LogReader;
import dev.vls.replay.DivergenceException;
import dev.vls.replay.LogFeed;
import dev.vls.replay.LogSource;
import dev.vls.replay.MachineSpec;
import dev.vls.replay.StandardDevices;
import dev.vls.replay.VirtualMachine;
import dev.vls.sma.Outcome;
import dev.vls.sma.OutputGate;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vls replay}. */
@Command(
    name = "replay",
    header = "Makes a recorded run again.",
    description = {
      "Replays the log in DIR and writes the guest's console output to standard output again. Needs"
          + " nothing but the log.",
      "State digests are compared wherever the recording has one; the first difference ends the"
          + " replay with exit code 3."
    })
final class ReplayCommand implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private StatisticsOptions statistics;

  @Parameters(paramLabel = "DIR", description = "The log's directory.")
  private Path directory;

  @Option(
      names = "--until",
      paramLabel = "INSTRET",
      description = "Stop before the instruction with this number and print the machine's state.")
  private Long until;

  @Option(
      names = "--verify",
      description = "Compare the final state too and print what was compared.")
  private boolean verify;

  @Override
  public Integer call() throws Exception {
    try (LogReader reader = LogReader.open(directory)) {
      Manifest manifest = reader.directory().manifest();
      byte[] image = reader.directory().readImage(MachineSpec.imageOf(manifest));
      MachineSpec spec = MachineSpec.of(manifest, image);
      try (VirtualMachine vm =
              VirtualMachine.create(spec, StandardDevices.KINDS, OutputGate.Release.IMMEDIATE);
          Watch watch = statistics.watch(vm)) {
        vm.attach(StandardDevices.CONSOLE, LiveMachine.replayConsole(LiveMachine.failure(vm)));
        LogSource source = vm.replay(new LogFeed(reader), until == null ? Long.MAX_VALUE : until);
        return replay(vm, source, watch);
      }
    }
  }

  private int replay(VirtualMachine vm, LogSource source, Watch watch) throws Exception {
    PrintWriter err = command.commandLine().getErr();
    try {
      Outcome outcome = vm.domain().run(source);
      vm.closeBackends(); // the console's bytes come before the report
      if (source.cut().isPresent()) {
        err.printf(
            "vls: %s; replayed up to position %s%n",
            source.cut().get(), vm.domain().machine().position());
        return ExitCode.LOG_DAMAGED;
      }
      if (until != null && source.end().isEmpty() && outcome instanceof Outcome.Ended) {
        err.print(vm.domain().machine().describe());
        return ExitCode.OK;
      }
      source.verifyEnd(outcome);
      watch.finished("replayed to the end");
      if (verify) {
        err.printf(
            "vls: verified: %d events and %d digests on the way, registers, memory and output at"
                + " the end (position %s) are equal%n",
            source.events(), source.digestsCompared() + 1, vm.domain().machine().position());
      }
      return ExitCode.OK;
    } catch (DivergenceException e) {
      err.println("vls: " + e.getMessage());
      err.print(e.report().text());
      return ExitCode.DIVERGENCE;
    } finally {
      err.flush();
    }
  }
}

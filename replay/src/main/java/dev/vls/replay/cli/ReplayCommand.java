package dev.vls.replay.cli;

import dev.vls.log.LogException;
import dev.vls.log.store.LogDirectory;
import dev.vls.log.store.LogReader;
import dev.vls.log.store.RecoveryReport;
import dev.vls.replay.DeviceSpec;
import dev.vls.replay.DivergenceException;
import dev.vls.replay.LogFeed;
import dev.vls.replay.LogSource;
import dev.vls.replay.MachineSpec;
import dev.vls.replay.StandardDevices;
import dev.vls.replay.VirtualMachine;
import dev.vls.sma.Backend;
import dev.vls.sma.HostException;
import dev.vls.sma.Outcome;
import dev.vls.sma.OutputGate;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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
  @Mixin private EngineOption engine;
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

  @Option(
      names = "--recover",
      description =
          "Replay what comes before damage instead of refusing the log; the exit code is 4 all the"
              + " same.")
  private boolean recover;

  private Function<Consumer<HostException>, Backend> console = LiveMachine::replayConsole;

  /** Sends the console's bytes elsewhere. */
  void console(Function<Consumer<HostException>, Backend> backend) {
    console = backend;
  }

  @Override
  public Integer call() throws Exception {
    if (until != null && until < 0) {
      throw new ParameterException(
          command.commandLine(), "--until " + until + ": expected a number of instructions");
    }
    try (LogReader reader = open()) {
      MachineSpec spec = MachineSpec.of(reader.directory());
      try (VirtualMachine vm =
              VirtualMachine.create(
                  spec, engine.engine(), StandardDevices.KINDS, OutputGate.Release.IMMEDIATE);
          Watch watch = statistics.watch(vm)) {
        if (spec.devices().stream().anyMatch(ReplayCommand::isConsole)) {
          vm.attach(StandardDevices.CONSOLE, console.apply(LiveMachine.failure(vm)));
        }
        return replay(vm, reader, watch);
      }
    }
  }

  private LogReader open() throws LogException {
    LogDirectory log = LogDirectory.open(directory);
    if (recover) {
      return LogReader.open(log, LogReader.OnDamage.STOP_BEFORE);
    }
    try {
      return LogReader.open(log, LogReader.OnDamage.REFUSE);
    } catch (LogException e) {
      throw hinted(e);
    }
  }

  /** Says of damage that what comes before it can be had. */
  private static LogException hinted(LogException e) {
    return e.kind() == LogException.Kind.DAMAGED
        ? new LogException(
            e.kind(), e.getMessage() + "; --recover replays the events before the damage", e)
        : e;
  }

  private static boolean isConsole(DeviceSpec device) {
    return device.kind().equals(StandardDevices.CONSOLE)
        && device.name().equals(StandardDevices.CONSOLE);
  }

  private int replay(VirtualMachine vm, LogReader reader, Watch watch) throws Exception {
    PrintWriter err = command.commandLine().getErr();
    LogSource source = vm.replay(new LogFeed(reader), until == null ? Long.MAX_VALUE : until);
    try {
      Outcome outcome = run(vm, source);
      return finished(vm, reader, source, outcome, watch);
    } catch (DivergenceException e) {
      vm.closeBackends();
      err.print("vls: " + e.report().text());
      return ExitCode.DIVERGENCE;
    } catch (UncheckedIOException e) {
      vm.closeBackends();
      err.printf("vls: replayed up to position %s%n", vm.domain().machine().position());
      throw e.getCause() instanceof LogException damage ? hinted(damage) : e;
    } finally {
      err.flush();
    }
  }

  private static Outcome run(VirtualMachine vm, LogSource source) throws Exception {
    Outcome outcome = vm.domain().run(source);
    vm.closeBackends(); // the console's bytes come before the report
    Outcomes.requireNoFailure(vm);
    return outcome;
  }

  private int finished(
      VirtualMachine vm, LogReader reader, LogSource source, Outcome outcome, Watch watch)
      throws LogException {
    PrintWriter err = command.commandLine().getErr();
    boolean stopped = outcome instanceof Outcome.Ended && source.end().isEmpty();
    if (until != null && stopped && source.cut().isEmpty()) {
      err.print(vm.domain().machine().describe());
      watch.finished(Outcomes.words(outcome));
      return ExitCode.OK;
    }
    if (source.isCut()) {
      err.printf(
          "vls: %s; replayed up to position %s%n",
          reader.recovery().detail(), vm.domain().machine().position());
      return ExitCode.LOG_DAMAGED;
    }
    source.verifyEnd(outcome);
    watch.finished("replayed to the end");
    if (until != null) {
      err.printf(
          "vls: the run ends at position %s, before instruction %d%n",
          vm.domain().machine().position(), until);
    }
    if (verify) {
      err.printf(
          "vls: verified: %d events and %d digests on the way, registers, memory and output at"
              + " the end (position %s) are equal%n",
          source.events(), source.digestsCompared(), vm.domain().machine().position());
    }
    return wholeLog(reader, err);
  }

  /** A log may have lost bytes that no replay needs: the run is equal, the files are not. */
  private static int wholeLog(LogReader reader, PrintWriter err) throws LogException {
    if (reader.recovery().state() != RecoveryReport.State.COMPLETE) {
      err.printf("vls: the run is equal, but %s%n", reader.recovery().detail());
      return ExitCode.LOG_DAMAGED;
    }
    if (reader.isIndexDamaged()) {
      err.printf(
          "vls: the run is equal, but the index in %s is damaged; delete it%n", reader.directory());
      return ExitCode.LOG_DAMAGED;
    }
    return ExitCode.OK;
  }
}

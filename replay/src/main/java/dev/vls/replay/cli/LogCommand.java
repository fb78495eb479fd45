package dev.vls.replay.cli;

import dev.vls.log.LogException;
import dev.vls.log.store.LogDirectory;
import dev.vls.log.store.LogDump;
import dev.vls.log.store.LogReader;
import dev.vls.log.store.LogStatistics;
import dev.vls.log.store.LogVerifier;
import dev.vls.log.store.RecoveryReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vls log}: looks into logs without running anything. */
@Command(
    name = "log",
    header = "Looks into a log.",
    description = "Counts, prints or checks what 'vls record' has written.",
    subcommands = {LogCommand.Stat.class, LogCommand.Dump.class, LogCommand.Verify.class})
final class LogCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** No subcommand: says so. */
  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "a subcommand is missing, for example 'vls log stat DIR'");
  }

  /** Opens a log to look into it: what comes before damage is worth seeing too. */
  private static LogReader open(Path directory) throws LogException {
    return LogReader.open(LogDirectory.open(directory), LogReader.OnDamage.STOP_BEFORE);
  }

  /** Says what a cut or damaged log has lost, and returns the exit code for its state. */
  private static int finished(LogReader reader, PrintWriter err) {
    if (reader.recovery().state() == RecoveryReport.State.COMPLETE) {
      return ExitCode.OK;
    }
    err.println("vls: " + reader.recovery().detail());
    err.flush();
    return ExitCode.LOG_DAMAGED;
  }

  /** {@code vls log stat}. */
  @Command(name = "stat", header = "Counts events, frames and bytes, by device and over time.")
  static final class Stat implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "The log's directory.")
    private Path directory;

    @Option(
        names = "--interval",
        paramLabel = "INSTRUCTIONS",
        defaultValue = "100000000",
        description = "Instructions per row of the table over time (default: ${DEFAULT-VALUE}).")
    private long interval;

    @Override
    public Integer call() throws Exception {
      if (interval <= 0) {
        throw new ParameterException(spec.commandLine(), "--interval must be at least 1");
      }
      try (LogReader reader = open(directory)) {
        PrintWriter out = spec.commandLine().getOut();
        out.print(LogStatistics.of(reader, interval).text(reader.directory().manifest()));
        out.flush();
        return finished(reader, spec.commandLine().getErr());
      }
    }
  }

  /** {@code vls log dump}. */
  @Command(name = "dump", header = "Prints every event.")
  static final class Dump implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "The log's directory.")
    private Path directory;

    @Option(names = "--json", description = "One JSON object per line.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
      try (LogReader reader = open(directory)) {
        PrintWriter out = spec.commandLine().getOut();
        LogDump.write(reader, json ? LogDump.Format.JSON : LogDump.Format.TEXT, out);
        out.flush();
        return finished(reader, spec.commandLine().getErr());
      }
    }
  }

  /** {@code vls log verify}. */
  @Command(name = "verify", header = "Checks every byte.")
  static final class Verify implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "The log's directory.")
    private Path directory;

    @Override
    public Integer call() throws LogException {
      LogDirectory log = LogDirectory.open(directory); // not a log at all is another trouble
      LogVerifier.Report report = LogVerifier.verify(log.path());
      PrintWriter out = spec.commandLine().getOut();
      out.print(report.text());
      out.flush();
      return report.isGood() ? ExitCode.OK : ExitCode.LOG_DAMAGED;
    }
  }
}

package dev.vls.replay.cli;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The {@code vls} command.
 *
 * <p>Parses the command line, runs one subcommand and ends the process with its {@link ExitCode}.
 */
@Command(
    name = "vls",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    header = "Runs, records, replays and fails over RISC-V guests.",
    optionListHeading = "%nOptions:%n",
    parameterListHeading = "%nParameters:%n",
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the guest powered off cleanly; for a replay, all digests were equal",
      "1:the guest reported a failure",
      "3:a replay or a follower differed from what was recorded",
      "4:the log is damaged or cut",
      "5:host error: a file, a port, a peer, memory",
      "64:wrong usage",
      "70:a bug in VLS",
      "130, 143:ended in order by Ctrl-C (SIGINT) or by SIGTERM"
    })
public final class Vls implements Runnable {
  /** This module's subcommands by their names, in the order of the help. */
  private static final SequencedMap<String, Class<?>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("demo", DemoCommand.class);
    COMMANDS.put("run", RunCommand.class);
    COMMANDS.put("record", RecordCommand.class);
    COMMANDS.put("linux", LinuxCommand.class);
    COMMANDS.put("replay", ReplayCommand.class);
    COMMANDS.put("lead", LeadCommand.class);
    COMMANDS.put("follow", FollowCommand.class);
    COMMANDS.put("console", ConsoleCommand.class);
    COMMANDS.put("log", LogCommand.class);
    COMMANDS.put("doctor", DoctorCommand.class);
  }

  @Spec private CommandSpec spec;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Print stack traces of failures too.")
  private boolean debug;

  private Vls() {}

  /** Runs the command and ends the process. */
  public static void main(String[] args) {
    Runtime.getRuntime().addShutdownHook(new Thread(Vls::endChildren, "vls-children"));
    System.exit(execute(commandLine(ServiceLoader.load(CommandProvider.class), args), args));
  }

  /** Whatever ends this process, a signal too, ends those that it has started. */
  private static void endChildren() {
    ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly);
  }

  /** Runs {@code command}; whatever it throws becomes a sentence and an {@link ExitCode}. */
  static int execute(CommandLine command, String... args) {
    try {
      return command.execute(args);
    } catch (Error e) {
      // picocli hands exceptions to the handler below, but lets errors such as an exhausted heap
      // pass.
      Vls vls = command.getCommand();
      return Failures.report(e, command.getErr(), vls.debug);
    }
  }

  /**
   * Builds the command line with this module's subcommands and those of {@code providers}; with
   * only one of them if {@code args} name it, since building all takes a quarter of a second.
   */
  static CommandLine commandLine(Iterable<CommandProvider> providers, String... args) {
    Vls vls = new Vls();
    CommandLine command = new CommandLine(vls);
    String named = firstOperand(args);
    if (COMMANDS.containsKey(named)) {
      command.addSubcommand(named, COMMANDS.get(named));
    } else {
      COMMANDS.forEach(command::addSubcommand);
      for (CommandProvider provider : providers) {
        provider.commands().forEach(command::addSubcommand);
      }
    }
    command.setCaseInsensitiveEnumValuesAllowed(true);
    command.setParameterExceptionHandler((e, _) -> Failures.reportUsage(e));
    command.setExecutionExceptionHandler(
        (e, failed, parsed) -> Failures.report(e, failed.getErr(), vls.debug));
    return command;
  }

  /**
   * Returns what is the subcommand's name if there is one: no option in front of it has a value.
   */
  private static String firstOperand(String... args) {
    for (String arg : args) {
      if (!arg.startsWith("-")) {
        return arg;
      }
    }
    return "";
  }

  /** No subcommand: says so. */
  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "a command is missing, for example 'vls demo'");
  }
}

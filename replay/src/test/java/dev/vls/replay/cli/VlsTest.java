package dev.vls.replay.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.sma.HostException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

final class VlsTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void shouldPrintHelpToStandardOutputWhenAsked() {
    assertEquals(ExitCode.OK, run("--help"));
    assertTrue(out.toString().contains("Usage: vls"), out::toString);
    for (String code : List.of("0", "1", "3", "4", "5", "64")) {
      assertTrue(out.toString().lines().anyMatch(l -> l.startsWith("  " + code + " ")), code);
    }
    assertEquals("", err.toString());
  }

  @Test
  void shouldPrintHelpOfEverySubcommandWhenAsked() {
    for (String command : commandLine().getSubcommands().keySet()) {
      out.getBuffer().setLength(0);
      assertEquals(ExitCode.OK, run(command, "--help"), command);
      assertTrue(out.toString().contains("Usage: vls " + command), out::toString);
    }
  }

  @Test
  void shouldKnowEverySubcommandByItsOwnName() {
    commandLine()
        .getSubcommands()
        .forEach((name, command) -> assertEquals(name, command.getCommandName()));
  }

  /** Building all of them takes longer than a short guest. */
  @Test
  void shouldBuildOnlyTheSubcommandThatIsNamed() {
    CommandLine command = Vls.commandLine(List.of(), "--debug", "run", "--help");
    assertEquals(Set.of("run"), command.getSubcommands().keySet());
    assertEquals(ExitCode.OK, command.setOut(new PrintWriter(out)).execute("run", "--help"));
    String alone = out.toString();
    out.getBuffer().setLength(0);
    assertEquals(ExitCode.OK, run("run", "--help"));
    assertEquals(out.toString(), alone);
  }

  @Test
  void shouldPrintOneVersionLineWhenAsked() {
    assertEquals(ExitCode.OK, run("--version"));
    assertTrue(out.toString().startsWith("vls "), out::toString);
    assertEquals(1, out.toString().lines().count());
  }

  @Test
  void shouldEndWithUsageWhenTheCommandIsUnknown() {
    assertEquals(ExitCode.USAGE, run("dokter"));
    assertEquals("", out.toString());
    assertTrue(err.toString().startsWith("vls: "), err::toString);
    assertTrue(err.toString().contains("doctor"), err::toString);
  }

  @Test
  void shouldEndWithUsageWhenThereIsNoCommand() {
    assertEquals(ExitCode.USAGE, run());
    assertTrue(err.toString().contains("a command is missing"), err::toString);
  }

  @Test
  void shouldEndWithUsageWhenAnOptionIsUnknown() {
    assertEquals(ExitCode.USAGE, run("doctor", "--colour"));
    assertTrue(err.toString().contains("Try 'vls doctor --help'."), err::toString);
  }

  @Test
  void shouldPassOnTheExitCodeWhenAProvidedCommandRuns() {
    assertEquals(ExitCode.DIVERGENCE, run("probe"));
  }

  @Test
  void shouldPrintOneSentenceWhenAProvidedCommandFails() {
    assertEquals(ExitCode.HOST_ERROR, run("probe", "--fail"));
    assertEquals("vls: the host failed" + System.lineSeparator(), err.toString());
  }

  @Test
  void shouldPrintTheStackTraceWhenDebugging() {
    assertEquals(ExitCode.HOST_ERROR, run("probe", "--fail", "--debug"));
    assertTrue(err.toString().contains("\tat "), err::toString);
    assertFalse(out.toString().contains("\tat "), out::toString);
  }

  @Test
  void shouldMapErrorsWhenTheyAreNotExceptions() {
    assertEquals(ExitCode.HOST_ERROR, run("probe", "--exhaust"));
    assertTrue(err.toString().contains("heap"), err::toString);
  }

  private int run(String... args) {
    return Vls.execute(commandLine(), args);
  }

  private CommandLine commandLine() {
    CommandLine command = Vls.commandLine(List.of(() -> List.of(new ProbeCommand())));
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    return command;
  }

  @Command(name = "probe")
  private static final class ProbeCommand implements Callable<Integer> {
    @Option(names = "--fail")
    private boolean fail;

    @Option(names = "--exhaust")
    private boolean exhaust;

    @Override
    public Integer call() throws HostException {
      if (fail) {
        throw new HostException("the host failed");
      }
      if (exhaust) {
        throw new OutOfMemoryError("Java heap space");
      }
      return ExitCode.DIVERGENCE;
    }
  }
}

package dev.vls.bench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class BenchCommandTest {
  @Test
  void shouldBringTheCommandWhenAsked() {
    List<Object> commands = new BenchCommands().commands();

    assertEquals(1, commands.size());
    assertEquals("bench", new CommandLine(commands.getFirst()).getCommandName());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nonsense | there is no suite 'nonsense'; there are cpu, cost, io, log",
        "--guest nobody | there is no guest 'nobody'",
        "--rounds 0 | --rounds must be 1 to 1000, found 0",
      })
  void shouldSayWhatIsWrongWhenUsageIs(String arguments, String sentence) {
    StringWriter err = new StringWriter();
    CommandLine command = new CommandLine(new BenchCommand());
    command.setErr(new PrintWriter(err, true));

    int code = command.execute(arguments.split(" ", -1));

    assertEquals(command.getCommandSpec().exitCodeOnInvalidInput(), code);
    assertTrue(err.toString().contains(sentence), err.toString());
  }
}

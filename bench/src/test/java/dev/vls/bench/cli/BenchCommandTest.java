package dev.vls.bench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.bench.result.Variant;
import dev.vls.bench.result.Variant.Kind;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Set;
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

  @Test
  void shouldAddWhatAVariantNeedsWhenItIsChosenAlone() {
    assertEquals(Set.of(), VariantChoice.of(List.of()).complete());
    assertEquals(
        Set.of(Variant.PLAIN, Variant.RECORD),
        VariantChoice.of(List.of("plain", "record")).complete());
    assertEquals(
        Set.of(Variant.RECORD, Variant.REPLAY), VariantChoice.of(List.of("replay")).complete());
    assertEquals(
        Set.of(Variant.PLAIN, Variant.PROCESS, Variant.QEMU_RECORD, Variant.QEMU_REPLAY),
        VariantChoice.of(List.of("vls run", "vls-run", "qemu-replay")).complete());
    assertEquals(
        Set.of(Variant.PLAIN, Variant.PROCESS, Variant.REPLICATED),
        VariantChoice.of(List.of("replicated")).complete());
    assertTrue(VariantChoice.of(List.of()).wants(Kind.QEMU));
    assertFalse(VariantChoice.of(List.of("plain")).wants(Kind.QEMU));
  }

  @Test
  void shouldAddNothingWhenAVariantHasBothSidesInOneRun() {
    VariantChoice choice = VariantChoice.of(List.of("paging-in-turns", "replay in turns"));

    assertEquals(Set.of(Variant.PAGED_IN_TURNS, Variant.REPLAYED_IN_TURNS), choice.complete());
    assertFalse(choice.wants(Kind.QEMU));
    assertFalse(choice.wants(Kind.COMMAND));
  }

  @Test
  void shouldNameTheSuitesThatHaveTheVariants() {
    assertEquals(List.of(), VariantChoice.of(List.of()).suites());
    assertEquals(List.of("cpu"), VariantChoice.of(List.of("plain", "qemu")).suites());
    assertEquals(List.of("cost"), VariantChoice.of(List.of("record-in-turns")).suites());
    assertEquals(
        List.of("cpu", "cost"), VariantChoice.of(List.of("replay-in-turns", "replay")).suites());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nonsense | there is no suite 'nonsense'; there are cpu, cost, io, log",
        "--guest nobody | there is no guest 'nobody'",
        "cpu --variant plain,quick | there is no variant 'quick'; there are plain, record, replay,",
        "cpu io --variant plain | --variant plain goes with what has it alone: vls bench cpu"
            + " --variant",
        "--variant plain,record-in-turns | goes with what has it alone: vls bench cpu cost"
            + " --variant",
        "cost --variant plain | --variant plain goes with what has it alone: vls bench cpu"
            + " --variant",
        "cpu --variant paging-in-turns | has it alone: vls bench cost --variant paging-in-turns",
        "cost --variant paging | there is no variant 'paging'; there are plain, record, replay,"
            + " record-in",
        "cpu --no-qemu --variant qemu | --variant asks for QEMU and --no-qemu leaves it out",
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

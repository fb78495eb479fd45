package dev.vls.replay.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.replay.MachineSpec;
import dev.vls.replay.Recordings;
import dev.vls.replay.StandardDevices;
import dev.vls.replay.VirtualMachine;
import dev.vls.sma.OutputGate;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EscapeInputTest {
  private final List<String> asked = new ArrayList<>();
  private final StringBuilder screen = new StringBuilder();

  private String guestGets(String keys) throws Exception {
    EscapeInput.Actions actions =
        new EscapeInput.Actions() {
          @Override
          public void quit() {
            asked.add("quit");
          }

          @Override
          public void command(String line) {
            asked.add(line);
          }

          @Override
          public void show(String text) {
            screen.append(text);
          }
        };
    EscapeInput input =
        new EscapeInput(new ByteArrayInputStream(keys.getBytes(ISO_8859_1)), actions);
    return new String(input.readAllBytes(), ISO_8859_1);
  }

  @Test
  void shouldLetEveryOtherByteThrough() throws Exception {
    String all = "\3\4\r\n\u001b[A\0\177\377";
    assertEquals(all, guestGets(all));
    assertEquals(List.of(), asked);
  }

  @Test
  void shouldTakeOutWhatIsForVls() throws Exception {
    assertEquals("ab\1c", guestGets("a\1xb\1\1c\1h"));
    assertEquals(List.of("quit"), asked);
    assertTrue(screen.toString().contains("Ctrl-A x quits"), screen::toString);
  }

  @Test
  void shouldKeepKeysFromTheGuestWhileTheMonitorIsOpen() throws Exception {
    assertEquals("back", guestGets("\1cinfx\177o\rmark two words\n\1cback"));
    assertEquals(List.of("info", "mark two words"), asked);
    assertTrue(screen.toString().contains("(vls) "), screen::toString);
  }

  @Test
  void shouldEndWhenTheTerminalDoesInTheMiddleOfAnEscape() throws Exception {
    assertEquals("a", guestGets("a\1"));
  }

  @Test
  void shouldAnswerEveryCommandOfTheMonitor() throws Exception {
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    MachineSpec spec = Recordings.spec("hello", "", MachineSpec.Time.VIRTUAL);
    try (VirtualMachine vm =
        VirtualMachine.create(spec, StandardDevices.KINDS, OutputGate.Release.IMMEDIATE)) {
      List<String> quits = new ArrayList<>();
      List<String> remarks = new ArrayList<>();
      Monitor monitor =
          new Monitor(
              new PrintStream(shown, true, ISO_8859_1),
              vm.domain().counters(),
              remarks::add,
              () -> quits.add("quit"));
      for (String line :
          List.of("", "info", "savelog", "mark here", "mark", "help", "quit", "fly")) {
        monitor.command(line);
      }
      assertEquals(List.of("quit"), quits);
      assertEquals(List.of("mark 1: here", "mark 2"), remarks);
    }
    String said = shown.toString(ISO_8859_1);
    for (String expected :
        List.of("0 events", "is not recorded", "mark 1 'here'", "savelog  ", "'fly' is not")) {
      assertTrue(said.contains(expected), () -> expected + " in " + said);
    }
  }
}

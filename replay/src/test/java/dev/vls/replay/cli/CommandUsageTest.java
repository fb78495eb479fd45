package dev.vls.replay.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.replay.MachineSpec;
import dev.vls.replay.Recordings;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Wrong command lines, missing files, and the commands that look into a log.
 *
 * <p>Standard input and output belong to the test's own runner here, so no guest gets them.
 */
class CommandUsageTest {
  @TempDir private static Path folder;
  private static Path log;

  @BeforeAll
  static void record() throws Exception {
    log = folder.resolve("log");
    MachineSpec spec = Recordings.spec("echo", "", MachineSpec.Time.WALL);
    byte[] typed = "hi\nquit\n".getBytes(StandardCharsets.UTF_8);
    Recordings.record(spec, new ByteArrayInputStream(typed), log);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "run                              | IMAGE",
        "run --ram 5 IMG                  | RAM of 5 bytes",
        "run --ram 12Q IMG                | is not a size",
        "run --ram -8M IMG                | RAM of -",
        "run --ram 9999999999G IMG        | is not a size",
        "run --ram 8388609 IMG            | multiple of 4096",
        "run --ram 3000M IMG              | 2000M",
        "run --harts 9 IMG                | 9 harts: expected 1 to 8",
        "run --harts 0 IMG                | 0 harts: expected 1 to 8",
        "run --quantum 1 IMG              | a quantum of 1 instructions: expected",
        "run --harts many IMG             | many",
        "run --time tai IMG               | tai",
        "run --console telnet:1 IMG       | is not a console",
        "run --console socket:99999 IMG   | is not a port",
        "run --metrics 70000 IMG          | is not a port",
        "run --metrics -1 IMG             | is not a port",
        "run --capture lazy IMG           | lazy",
        "run --disk ,ro IMG               | a disk needs a file",
        "run --disk d,rw IMG              | is not a disk option",
        "run --disk d,ro,overlay=o IMG    | not both",
        "run --firmware IMG --disk d,bus=xen | --firmware",
        "run --disk d,bus=usb IMG         | is not a disk's bus",
        "run --firmware                   | --firmware",
        "run --kernel IMG IMG             | leave it out",
        "run --initrd IMG IMG             | leave it out",
        "run --initrd IMG                 | nothing to start",
        "run --initrd IMG --firmware IMG  | needs a --kernel",
        "run --colour IMG                 | --colour",
        "run IMG IMG                      | IMG",
        "record IMG                       | --output",
        "replay                           | DIR",
        "replay --until -1 LOG            | --until -1",
        "replay --until soon LOG          | 'soon' is not a whole number",
        "log                              | a subcommand is missing",
        "log stat                         | DIR",
        "log stat --interval 0 LOG        | --interval",
        "log wipe LOG                     | wipe",
        "lead --listen 0 --fence f --timeout 249 IMG | --timeout must be 250",
        "lead --listen 0 --fence f --patience 0 IMG  | --patience must be 1",
        "follow 1 --fence TMP --timeout 99999999999  | --timeout must be 250",
        "follow 1 --fence TMP --patience -3          | --patience must be 1",
        "follow 1                         | --fence",
        "console                          | PORT"
      })
  void shouldEndWithUsageWhenTheCommandLineIsWrong(String line, String about) {
    InProcess.Result result = vls(line);
    assertEquals(ExitCode.USAGE, result.exitCode(), result::err);
    assertTrue(result.err().startsWith("vls: "), result::err);
    assertTrue(result.err().contains(about.replace("IMG", image())), result::err);
    assertTrue(result.err().contains("--help'."), result::err);
    assertEquals("", result.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "run NONE                              | there is no such file",
        "run /                                 | is not a guest image",
        "run TMP                               | a directory",
        "run EMPTY                             | ",
        "run --console file:NONE/x IMG         | cannot be created",
        "record --console file:TMP/c -o LOG IMG | is not empty",
        "record --console file:TMP/c -o EMPTY IMG | EMPTY",
        "replay NONE                           | there is no log",
        "replay TMP                            | is not a log",
        "log stat NONE                         | there is no log",
        "log dump NONE                         | there is no log",
        "log verify NONE                       | there is no log"
      })
  void shouldEndWithAHostErrorWhenAFileCannotBeUsed(String line, String about) throws Exception {
    Files.writeString(folder.resolve("empty"), "");
    InProcess.Result result = vls(line);
    assertEquals(ExitCode.HOST_ERROR, result.exitCode(), result::err);
    assertTrue(result.err().startsWith("vls: "), result::err);
    assertFalse(result.err().contains("Exception"), result::err);
    assertEquals(1, result.err().lines().count(), result::err);
    if (about != null) {
      assertTrue(result.err().contains(replaced(about)), result::err);
    }
  }

  @Test
  void shouldPrintTheMachineWhenStoppedBeforeAnInstruction() {
    InProcess.Result result = InProcess.vls("replay", "--until", "1000", log);
    assertEquals(ExitCode.OK, result.exitCode(), result::err);
    assertTrue(result.err().startsWith("position 1000+"), result::err);
    assertTrue(result.err().contains("x31 "), result::err);
    InProcess.Result again = InProcess.vls("replay", "--until", "1000", log);
    assertEquals(result, again);
    assertTrue(InProcess.vls("replay", "--until", "0", log).err().startsWith("position 0+0"));
  }

  @Test
  void shouldSaySoWhenTheRunEndsBeforeTheInstruction() {
    InProcess.Result result = InProcess.vls("replay", "--until", "" + Long.MAX_VALUE, log);
    assertEquals(ExitCode.OK, result.exitCode(), result::err);
    assertTrue(result.err().contains("before instruction " + Long.MAX_VALUE), result::err);
  }

  @ParameterizedTest
  @ValueSource(strings = {"replay", "run"})
  void shouldPrintASummaryOnStandardErrorWhenAsked(String command) {
    InProcess.Result result =
        command.equals("run")
            ? vls("run --stats --console file:TMP/console --append n=1 IMG")
            : vls("replay --stats LOG");
    assertEquals(ExitCode.OK, result.exitCode(), result::err);
    assertTrue(result.err().contains("million steps per second"), result::err);
    assertTrue(result.err().contains("port activations"), result::err);
    assertEquals("", result.out());
  }

  @Test
  void shouldPrintCountsWhenAskedForStatistics() {
    InProcess.Result result = vls("log stat LOG");
    assertEquals(ExitCode.OK, result.exitCode(), result::err);
    assertTrue(result.out().startsWith("events "), result::out);
    assertEquals("", result.err());
  }

  @Test
  void shouldPrintOneObjectPerLineWhenDumpedAsJson() {
    InProcess.Result json = vls("log dump --json LOG");
    assertEquals(ExitCode.OK, json.exitCode(), json::err);
    assertTrue(json.out().contains("POWERED_OFF"), json::out);
    assertTrue(json.out().lines().allMatch(l -> l.startsWith("{") && l.endsWith("}")), json::out);
    InProcess.Result text = vls("log dump LOG");
    assertEquals(ExitCode.OK, text.exitCode(), text::err);
    assertFalse(text.out().startsWith("{"), text::out);
    assertFalse(text.out().isEmpty());
  }

  @Test
  void shouldCallALogGoodWhenEveryByteIs() {
    InProcess.Result result = vls("log verify LOG");
    assertEquals(ExitCode.OK, result.exitCode(), result::out);
    assertTrue(result.out().endsWith("good\n"), result::out);
  }

  private static InProcess.Result vls(String line) {
    return InProcess.vls(Arrays.stream(line.split(" ")).map(CommandUsageTest::replaced).toArray());
  }

  private static String replaced(String word) {
    return word.replace("NONE", folder.resolve("none").toString())
        .replace("IMG", image())
        .replace("LOG", log.toString())
        .replace("TMP", folder.toString())
        .replace("EMPTY", folder.resolve("empty").toString());
  }

  private static String image() {
    return Recordings.image("hello").toString();
  }
}

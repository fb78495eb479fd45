package dev.vls.replay.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.log.Manifest;
import dev.vls.log.store.LogDirectory;
import dev.vls.replay.MachineSpec;
import dev.vls.replay.Recordings;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Machines that start from a kernel, an initial RAM disk and firmware, on the command line. */
class KernelSystemTest {
  @TempDir private Path folder;

  @Test
  void shouldReplayWithoutTheFilesWhenAKernelAndAnInitrdWereRecorded() throws Exception {
    Path kernel = folder.resolve("vmlinuz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(kernel))) {
      Files.copy(Recordings.image("hello"), out);
    }
    Path initrd = Files.writeString(folder.resolve("initrd"), "a disk of the kernel's own kind");
    Path console = folder.resolve("console");
    Path log = folder.resolve("log");
    InProcess.Result recorded =
        InProcess.vls(
            "record",
            "-o",
            log,
            "--console",
            "file:" + console,
            "--kernel",
            kernel,
            "--initrd",
            initrd,
            "--append",
            "from=disk");
    assertEquals(ExitCode.OK, recorded.exitCode(), recorded::err);
    String said = Files.readString(console, ISO_8859_1);
    assertTrue(said.contains("from=disk"), said);

    List<String> roles =
        LogDirectory.open(log).manifest().images().stream().map(Manifest.Image::role).toList();
    assertEquals(List.of("kernel", "initrd"), roles);
    Files.delete(kernel);
    Files.delete(initrd);
    Path elsewhere = Files.move(log, folder.resolve("elsewhere"));
    InProcess.Result replayed = InProcess.vls("replay", "--verify", elsewhere);
    assertEquals(ExitCode.OK, replayed.exitCode(), replayed::err);
    assertEquals(said, new String(replayed.console().shared(), ISO_8859_1));
  }

  /** The tree is dumped, its model changed, and the guest sees what was put into it. */
  @Test
  void shouldReplayWithoutTheFileWhenADeviceTreeWasGiven() throws Exception {
    Path tree = folder.resolve("tree.dtb");
    Object[] guest = {"--ram", "16M", "--append", "from=tree", Recordings.image("hello")};
    InProcess.Result dumped = InProcess.vls(joined(guest, "run", "--dump-dtb", tree));
    assertEquals(ExitCode.OK, dumped.exitCode(), dumped::err);
    assertEquals("", dumped.err() + dumped.out());
    String text = Files.readString(tree, ISO_8859_1);
    assertTrue(text.startsWith("\u00d0\r\u00fe\u00ed") && text.contains("from=tree"), text);

    // What the tree says of a command line counts less than --append does.
    Files.writeString(tree, text.replace("from=tree", "from=nowh"), ISO_8859_1);
    Path console = folder.resolve("console");
    Path log = folder.resolve("log");
    InProcess.Result recorded =
        InProcess.vls(
            joined(guest, "record", "-o", log, "--console", "file:" + console, "--dtb", tree));
    assertEquals(ExitCode.OK, recorded.exitCode(), recorded::err);
    String said = Files.readString(console, ISO_8859_1);
    assertTrue(said.contains("from=tree") && !said.contains("from=nowh"), said);
    List<String> roles =
        LogDirectory.open(log).manifest().images().stream().map(Manifest.Image::role).toList();
    assertEquals(List.of("guest", "dtb"), roles);

    Path again = folder.resolve("again.dtb");
    InProcess.Result given =
        InProcess.vls(joined(guest, "run", "--dtb", tree, "--dump-dtb", again));
    assertEquals(ExitCode.OK, given.exitCode(), given::err);
    assertTrue(Files.readString(again, ISO_8859_1).contains("from=tree"));

    Files.delete(tree);
    InProcess.Result replayed = InProcess.vls("replay", "--verify", log);
    assertEquals(ExitCode.OK, replayed.exitCode(), replayed::err);
    assertEquals(said, new String(replayed.console().shared(), ISO_8859_1));
  }

  /** Every run has another one, but in virtual time, and where the tree is somebody else's. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "                                  | [0-9a-f]{64}",
        "--rng-seed random --time virtual  | [0-9a-f]{64}",
        "--rng-seed 0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef |"
            + " (0123456789abcdef){4}",
        "--time virtual                    | none",
        "--rng-seed none                   | none",
        "--dtb TREE                        | none"
      })
  void shouldKeepTheSeedInTheLog(String line, String expected) throws Exception {
    Path tree = folder.resolve("tree");
    Path guest = Recordings.image("hello");
    assertEquals(ExitCode.OK, InProcess.vls("run", "--dump-dtb", tree, guest).exitCode());
    assertFalse(Files.readString(tree, ISO_8859_1).contains("rng-seed"));
    Object[] words =
        line == null ? new Object[0] : line.replace("TREE", tree.toString()).split(" +");
    List<String> seeds = new ArrayList<>();
    for (Path log : List.of(folder.resolve("one"), folder.resolve("other"))) {
      Object[] command = joined(words, "record", "--ram", "16M", "-o", log);
      InProcess.Result recorded = InProcess.vls(joined(new Object[] {guest}, command));
      assertEquals(ExitCode.OK, recorded.exitCode(), recorded::err);
      LogDirectory recording = LogDirectory.open(log);
      String seed = recording.manifest().machine().options().getOrDefault("rng-seed", "none");
      assertTrue(seed.matches(expected), seed);
      String blob = new String(MachineSpec.of(recording).deviceTree(), ISO_8859_1);
      byte[] octets = seed.equals("none") ? new byte[0] : HexFormat.of().parseHex(seed);
      assertTrue(blob.contains(new String(octets, ISO_8859_1)));
      assertEquals(octets.length > 0, blob.contains("rng-seed"));
      seeds.add(seed);
      InProcess.Result replayed = InProcess.vls("replay", "--verify", log);
      assertEquals(ExitCode.OK, replayed.exitCode(), replayed::err);
    }
    boolean drawn = expected.startsWith("[");
    assertEquals(drawn, !seeds.getFirst().equals(seeds.getLast()), seeds::toString);
  }

  private static Object[] joined(Object[] last, Object... first) {
    return Stream.concat(Stream.of(first), Stream.of(last)).toArray();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--kernel NONE                     | the kernel 'NONE' cannot be read: there is no such"
            + " file",
        "--kernel TMP                      | is not a kernel",
        "--kernel EMPTY                    | the image is empty",
        "--kernel CUT                      | cut or damaged",
        "--kernel HELLO --initrd NONE      | the initrd 'NONE' cannot be read",
        "--kernel HELLO --initrd TMP       | a directory",
        "--kernel HELLO --initrd EMPTY     | the initrd is empty",
        "--kernel HELLO --initrd CUT       | the initrd is compressed with gzip and is cut",
        "--kernel HELLO --initrd BOMB      | the initrd unpacks to more than 16777216 bytes",
        "--kernel HELLO --initrd LARGE     | does not fit",
        "--kernel BOMB                     | unpacks to more than 16777216 bytes",
        "--firmware NONE                   | the firmware 'NONE' cannot be read",
        "--firmware EMPTY                  | the image is empty"
      })
  void shouldEndWithAHostErrorAndOneSentenceWhenAFileIsBad(String line, String about)
      throws Exception {
    Files.write(folder.resolve("EMPTY"), new byte[0]);
    Files.write(folder.resolve("CUT"), new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0});
    Files.write(folder.resolve("LARGE"), new byte[15 << 20]);
    Files.copy(Recordings.image("hello"), folder.resolve("HELLO"));
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve("BOMB")))) {
      out.write(new byte[(16 << 20) + 1]);
    }
    InProcess.Result result = InProcess.vls(words("run --ram 16M " + line));
    assertEquals(ExitCode.HOST_ERROR, result.exitCode(), result::err);
    assertEquals(1, result.err().lines().count(), result::err);
    assertTrue(result.err().contains(replaced(about)), result::err);
  }

  private Object[] words(String line) {
    return replaced(line).split(" ");
  }

  private String replaced(String line) {
    return line.replaceAll("(NONE|EMPTY|CUT|HELLO|BOMB|LARGE)", folder + "/$1")
        .replace("TMP", folder.toString());
  }
}

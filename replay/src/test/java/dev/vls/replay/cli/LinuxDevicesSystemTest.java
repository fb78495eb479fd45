package dev.vls.replay.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Debian's kernel with a disk, a network, entropy and virtio's console; skipped where one of the
 * tools on the host's side is missing. A failing case keeps its log.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class LinuxDevicesSystemTest {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  @BeforeAll
  static void prepare() throws Exception {
    LinuxLab.requireTools(LinuxDevicesSystemTest.class, "passt", "mkfs.ext4", "e2fsck", "debugfs");
    StockLinux _ = LinuxLab.linux(LinuxDevicesSystemTest.class);
  }

  /** Somebody types at a shell; the world that was there is gone when it is replayed. */
  @Test
  void shouldReplayTwiceWithoutTheWorldWhenLinuxUsedItsDevices() throws Exception {
    Path disk = LinuxLab.ext4(folder);
    Path log = folder.resolve("log");
    int port = LinuxLab.freePort();
    CompletableFuture<InProcess.Result> recorded =
        CompletableFuture.supplyAsync(
            () ->
                InProcess.vls(
                    "linux",
                    "--output=" + log,
                    "--disk=" + disk,
                    "--net=passt,tcp=" + port + ":80",
                    "--console=socket:" + folder.resolve("console"),
                    "--append=console=hvc0 quiet"));
    GuestTerminal terminal = new GuestTerminal(() -> !recorded.isDone());
    String sum = LinuxLab.sum(LinuxLab.NUMBERS);
    try (HostWeb web = new HostWeb(LinuxLab.NUMBERS);
        OutputStream keyboard = terminal.connect(folder.resolve("console"))) {
      terminal.await(StockLinux.READY);
      terminal.await("# ");
      type(keyboard, "uname -sm; tty; workload && devices " + web.port() + " 2");
      terminal.await("devices: serves");
      assertArrayEquals(LinuxLab.NUMBERS, HostWeb.get(port, "/numbers"));
      terminal.await("devices: round 2 " + sum);
      assertEquals("enough\n", new String(HostWeb.get(port, "/cgi-bin/enough"), US_ASCII));
      terminal.await("devices: again");
      type(keyboard, "poweroff");
      recorded.join();
    }
    String said = terminal.text();
    assertEquals(ExitCode.OK, recorded.get().exitCode(), () -> recorded.join().err() + said);
    for (String line :
        new String[] {
          "Linux riscv64",
          "/dev/hvc0",
          "workload: httpd 4dee400d",
          "devices: disk " + sum,
          "devices: round 1 " + sum,
          "reboot: Power down"
        }) {
      assertTrue(said.contains(line), () -> line + " in " + said);
    }
    LinuxLab.checkExt4(disk);
    assertEquals(new String(LinuxLab.NUMBERS, US_ASCII), LinuxLab.readExt4(disk, "/work/2"));

    Files.delete(disk);
    String first = replayed(log);
    assertEquals(first, replayed(Files.move(log, folder.resolve("elsewhere"))));
    assertTrue(first.endsWith(said.substring(said.indexOf(StockLinux.READY))), first);
  }

  private static void type(OutputStream keyboard, String line) throws Exception {
    keyboard.write((line + "\n").getBytes(US_ASCII));
    keyboard.flush();
  }

  private static String replayed(Path log) {
    InProcess.Result replayed = InProcess.vls("replay", "--verify", log);
    assertEquals(ExitCode.OK, replayed.exitCode(), replayed::err);
    assertTrue(replayed.err().startsWith("vls: verified: "), replayed::err);
    return new String(replayed.console().shared(), ISO_8859_1);
  }
}

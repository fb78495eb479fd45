package dev.vls.replay.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.drivers.console.RelayClient;
import dev.vls.drivers.console.RelayClientConfig;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
  private static StockLinux linux;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  @BeforeAll
  static void prepare() throws Exception {
    LinuxLab.requireTools(LinuxDevicesSystemTest.class, "passt", "mkfs.ext4", "e2fsck", "debugfs");
    linux = LinuxLab.linux(LinuxDevicesSystemTest.class);
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

  /** A pair: SIGKILL for the leader while the guest fetches, writes and has it forced to disk. */
  @Test
  void shouldGoOnWithDiskAndNetworkWhenTheLeaderIsKilled() throws Exception {
    Path disk = LinuxLab.ext4(folder);
    Path log = folder.resolve("log");
    int port = LinuxLab.freePort();
    String listen = "127.0.0.1:" + LinuxLab.freePort();
    List<InetSocketAddress> consoles = List.of(address(), address());
    try (HostWeb web = new HostWeb(LinuxLab.NUMBERS)) {
      Object[] shared = {
        "--fence=" + folder.resolve("fence"),
        "--disk=" + disk,
        "--net=passt,tcp=" + port + ":80",
        "--timeout=120000" // a busy host is not a dead one
      };
      Process leader =
          new Forked(folder)
              .enduring()
              .start(
                  words(
                      shared,
                      "lead",
                      "--listen=" + listen,
                      "--console-port=" + consoles.get(0).getPort(),
                      "--kernel=" + linux.kernel(),
                      "--initrd=" + linux.initrd(),
                      "--append=console=ttyS0 quiet cryptomgr.notests nosoftlockup vls.run=devices,"
                          + web.port()
                          + ",6"));
      CompletableFuture<InProcess.Result> followed =
          CompletableFuture.supplyAsync(
              () ->
                  InProcess.vls(
                      words(
                          shared,
                          "follow",
                          listen,
                          "--console-port=" + consoles.get(1).getPort(),
                          "--output=" + log)));
      GuestTerminal terminal = new GuestTerminal(() -> !followed.isDone());
      try (RelayClient _ =
          RelayClient.start(
              consoles,
              RelayClientConfig.DEFAULT,
              terminal::show,
              failure -> terminal.show(failure.toString().getBytes(US_ASCII)))) {
        terminal.await("devices: round 2 ");
        boolean _ = leader.destroyForcibly().waitFor(1, TimeUnit.MINUTES);
        terminal.await("devices: round 6 " + LinuxLab.sum(LinuxLab.NUMBERS));
        assertArrayEquals(LinuxLab.NUMBERS, HostWeb.get(port, "/numbers"));
        assertEquals("enough\n", new String(HostWeb.get(port, "/cgi-bin/enough"), US_ASCII));
        followed.join();
      } finally {
        leader.destroyForcibly();
      }
      String said = terminal.text();
      assertEquals(ExitCode.OK, followed.get().exitCode(), () -> followed.join().err() + said);
      assertTrue(followed.get().err().contains("took over at position"), followed.get()::err);
      assertTrue(said.contains("VLS-LINUX-DONE 0"), said);
      LinuxLab.checkExt4(disk);
      for (int round = 1; round <= 6; round++) {
        assertEquals(
            new String(LinuxLab.NUMBERS, US_ASCII), LinuxLab.readExt4(disk, "/work/" + round));
      }
      assertEquals(said, replayed(log));
    }
  }

  private static InetSocketAddress address() throws Exception {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), LinuxLab.freePort());
  }

  private static Object[] words(Object[] shared, Object... first) {
    return Stream.concat(Stream.of(first), Stream.of(shared)).toArray();
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

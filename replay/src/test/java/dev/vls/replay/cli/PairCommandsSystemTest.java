package dev.vls.replay.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.replay.Recordings;
import dev.vls.replay.role.Cable;
import dev.vls.replay.role.Transfers;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What users of {@code lead} and {@code follow} read and get as exit codes. */
@Timeout(120)
class PairCommandsSystemTest {
  @TempDir private Path folder;

  private final List<InetSocketAddress> ports = List.of(free(), free(), free());
  private Path disk;

  @BeforeEach
  void makeDisk() throws Exception {
    disk = folder.resolve("disk");
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.setLength(1 << 20);
    }
  }

  private static InetSocketAddress free() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return (InetSocketAddress) socket.getLocalSocketAddress();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String at(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  private InProcess.Result lead(Object... more) {
    Object[] words = {
      "lead",
      "--ram=16M",
      "--listen=" + at(ports.get(0)),
      "--console-port=" + at(ports.get(1)),
      "--fence=" + folder.resolve("fence"),
      "--disk=" + disk,
      Recordings.image("ledger")
    };
    return InProcess.vls(joined(words, more));
  }

  private InProcess.Result follow(InetSocketAddress leader, Object... more) {
    Object[] words = {
      "follow",
      at(leader),
      "--console-port=" + at(ports.get(2)),
      "--fence=" + folder.resolve("fence"),
      "--patience=60"
    };
    return InProcess.vls(joined(words, more));
  }

  /** Options that are given again replace those before. */
  private static Object[] joined(Object[] first, Object[] then) {
    List<Object> all = new ArrayList<>(List.of(first));
    for (Object word : then) {
      String option = word.toString().replaceFirst("=.*", "=");
      all.removeIf(before -> before.toString().startsWith(option));
      all.add(word);
    }
    return all.toArray();
  }

  private static void check(InProcess.Result result, int exitCode, String... words) {
    assertEquals(exitCode, result.exitCode(), result::err);
    for (String word : words) {
      assertTrue(result.err().contains(word), () -> "no '" + word + "' in: " + result.err());
    }
    assertTrue(result.err().lines().allMatch(line -> line.startsWith("vls: ")), result::err);
  }

  /**
   * The leader hangs where nobody sees it, with the disk open: whoever takes over waits until it
   * has let go.
   */
  @Test
  void shouldHandTheDiskOverWhenBothLive() throws Exception {
    CompletableFuture<InProcess.Result> led =
        CompletableFuture.supplyAsync(() -> lead("--timeout=60000"));
    try (Cable cable = new Cable(ports.get(0));
        Transfers transfers = new Transfers(ports.subList(1, 3), 1)) {
      CompletableFuture<InProcess.Result> followed =
          CompletableFuture.supplyAsync(
              () -> follow(cable.address(), "--disk=" + disk, "--timeout=600"));
      transfers.drive(10);
      cable.fallSilent();
      Path fence = folder.resolve("fence");
      while (fence.toFile().list().length == 0) {
        Thread.onSpinWait();
      }
      cable.cut();
      transfers.drive(20);
      transfers.quit();
      check(
          led.get(),
          ExitCode.HOST_ERROR,
          "a follower is connected",
          "and has won the fence: it goes on, and this leader stops");
      check(followed.get(), ExitCode.OK, "took over at position");
    }
  }

  /** The guest's network cannot be had on the other side: the guest lives on without. */
  @Test
  void shouldGoOnWithoutANetworkWhenThereIsNoneForTheFollower() throws Exception {
    Path net = folder.resolve("net");
    try (ServerSocketChannel wire = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        Cable cable = new Cable(ports.get(0));
        Transfers transfers = new Transfers(ports.subList(1, 3), 3)) {
      wire.bind(UnixDomainSocketAddress.of(net));
      CompletableFuture<InProcess.Result> led =
          CompletableFuture.supplyAsync(() -> lead("--timeout=60000", "--net=socket:" + net));
      CompletableFuture<InProcess.Result> followed =
          CompletableFuture.supplyAsync(
              () ->
                  follow(
                      cable.address(),
                      "--disk=" + disk,
                      "--net=socket:" + folder.resolve("nobody"),
                      "--timeout=600"));
      transfers.drive(10);
      cable.fallSilent();
      while (folder.resolve("fence").toFile().list().length == 0) {
        Thread.onSpinWait();
      }
      cable.cut();
      transfers.drive(20);
      transfers.quit();
      check(
          followed.get(),
          ExitCode.OK,
          "the guest goes on without a network: the network socket ",
          "took over at position");
      check(led.get(), ExitCode.HOST_ERROR, "and has won the fence");
    }
  }

  @Test
  void shouldSayWhatIsWrongWithAFollowerAndWaitForTheNext() throws Exception {
    CompletableFuture<InProcess.Result> led = CompletableFuture.supplyAsync(this::lead);
    try (Transfers transfers = new Transfers(ports.subList(1, 3), 2);
        ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      InetSocketAddress leader = ports.get(0);
      check(follow(leader), ExitCode.HOST_ERROR, "and --disk names none here");
      check(
          follow(leader, "--disk=" + folder.resolve("none")),
          ExitCode.HOST_ERROR,
          "none' cannot be read and written here");
      check(follow(leader, "--disk=" + disk + ",ro"), ExitCode.HOST_ERROR, "name the same disks");
      check(
          InProcess.vls(
              "follow",
              at(leader),
              "--fence=" + folder.resolve("fence"),
              "--console-port=" + taken.getLocalPort()),
          ExitCode.HOST_ERROR,
          "choose another --console-port");
      CompletableFuture<InProcess.Result> followed =
          CompletableFuture.supplyAsync(() -> follow(leader, "--disk=" + disk));
      transfers.drive(10);
      transfers.quit();
      check(led.get(), ExitCode.OK, "a follower was refused: ", "name the same disks");
      check(followed.get(), ExitCode.OK, "following");
    }
  }

  @Test
  void shouldFailAtOnceWhenSomethingOfTheHostIsMissing() throws Exception {
    InetSocketAddress nobody = free();
    check(
        InProcess.vls("follow", at(nobody), "--patience=1", "--fence=" + folder.resolve("fence")),
        ExitCode.HOST_ERROR,
        "no leader at ");
    check(
        InProcess.vls("follow", at(nobody), "--fence=" + disk),
        ExitCode.HOST_ERROR,
        "there is a file of that name");
    check(lead("--patience=1"), ExitCode.HOST_ERROR, "no follower came within 1 s");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = at((InetSocketAddress) taken.getLocalSocketAddress());
      check(lead("--listen=" + port), ExitCode.HOST_ERROR, "cannot listen on ");
      check(
          lead("--console-port=" + port),
          ExitCode.HOST_ERROR,
          "the console relay cannot listen on ");
    }
    Files.delete(disk);
    check(lead(), ExitCode.HOST_ERROR, "is not a file that exists");
  }
}

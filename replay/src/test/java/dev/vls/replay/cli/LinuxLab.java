package dev.vls.replay.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.vls.sma.HostException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;

/** What tests with a stock Linux need: the files, tools of the host, disks with a file system. */
final class LinuxLab {
  /** What is on the disks and in the host's web. */
  static final byte[] NUMBERS =
      IntStream.rangeClosed(1, 20_000)
          .mapToObj(number -> number + "\n")
          .collect(Collectors.joining())
          .getBytes(US_ASCII);

  private static final long DISK_BYTES = 32L << 20;

  private LinuxLab() {}

  /** Returns a stock Linux; where it cannot be had, {@code test} is skipped. */
  static StockLinux linux(Class<?> test) throws InterruptedException {
    try {
      return StockLinux.fetch(StockLinux.SUITE, StockLinux.cache(StockLinux.SUITE), line -> {});
    } catch (HostException e) {
      throw skip(test, e.getMessage());
    }
  }

  /** Skips {@code test} where the PATH lacks one of {@code tools}. */
  static void requireTools(Class<?> test, String... tools) {
    for (String tool : tools) {
      if (ToolProbe.ofThisProcess().find(tool).isEmpty()) {
        throw skip(test, "no " + tool + " on the PATH");
      }
    }
  }

  private static AssertionError skip(Class<?> test, String reason) {
    String skipped = test.getSimpleName() + " skipped: " + reason;
    if ("1".equals(System.getenv("VLS_REQUIRE_TOOLS"))) {
      fail(skipped);
    }
    System.out.println(skipped);
    Assumptions.abort(skipped);
    return new AssertionError(skipped);
  }

  /** Makes a disk with an ext4 file system, which holds {@link #NUMBERS} in the file "numbers". */
  static Path ext4(Path folder) throws Exception {
    Path disk = folder.resolve("ext4.img");
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.setLength(DISK_BYTES);
    }
    Path content = Files.createDirectory(folder.resolve("content"));
    Files.write(content.resolve("numbers"), NUMBERS);
    assertEquals("", tool("mkfs.ext4", "-q", "-F", "-d", content, disk));
    return disk;
  }

  /** Has the host's own tools check that the file system on {@code disk} is sound. */
  static void checkExt4(Path disk) throws Exception {
    String said = tool("e2fsck", "-f", "-n", disk);
    assertEquals(-1, said.indexOf("ERRORS"), said);
  }

  /** Returns a file of the file system on {@code disk}, as the host's own tools read it. */
  static String readExt4(Path disk, String file) throws Exception {
    return tool("debugfs", "-R", "cat " + file, disk).replaceFirst("debugfs .*\n", "");
  }

  /** Returns the beginning of the SHA-256 hash, as the guest's programs print it. */
  static String sum(byte[] bytes) throws Exception {
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
    return HexFormat.of().formatHex(hash).substring(0, 16);
  }

  /** Returns a TCP port at which nobody listens. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String tool(String name, Object... arguments) throws Exception {
    List<String> words = new ArrayList<>();
    words.add(ToolProbe.ofThisProcess().find(name).orElseThrow().toString());
    for (Object argument : arguments) {
      words.add(argument.toString());
    }
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), US_ASCII);
    assertEquals(0, process.waitFor(), () -> words + ": " + said);
    return said;
  }
}

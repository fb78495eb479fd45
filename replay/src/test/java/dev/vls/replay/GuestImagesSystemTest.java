package dev.vls.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The guest images in the repository are what their sums say and what their sources build to. */
class GuestImagesSystemTest {
  private static final Path GUESTS = Path.of("..", "guests").toAbsolutePath().normalize();
  private static final Path PREBUILT = GUESTS.resolve("prebuilt");
  private static final String COMPILER = "riscv64-linux-gnu-gcc";
  private static final long BUILD_LIMIT_SECONDS = 300;

  @Test
  void shouldMatchTheirSumsWhenPrebuilt() throws Exception {
    SortedMap<String, String> actual = new TreeMap<>();
    for (String image : files(PREBUILT, ".elf")) {
      actual.put(image, sha256(PREBUILT.resolve(image)));
    }
    assertEquals(recordedSums(), actual);
  }

  @Test
  void shouldExistWhenThereIsASource() throws IOException {
    SortedSet<String> images = new TreeSet<>();
    for (String directory : List.of("programs", "bench", "hostile")) {
      for (String source : files(GUESTS.resolve(directory), ".c")) {
        images.add(source.replace(".c", ".elf"));
      }
    }
    assertEquals(images, new TreeSet<>(files(PREBUILT, ".elf")));
  }

  @Test
  void shouldBeReproducedWhenBuiltFromSource() throws Exception {
    requireTool("make");
    requireTool(COMPILER);
    requireRecordedCompiler();
    Path target = Path.of("target", "guest-images").toAbsolutePath();
    String output =
        run("make", "-s", "-C", GUESTS.toString(), "TARGET=" + target, "clean", "check");
    assertEquals("", output);
  }

  private static SortedMap<String, String> recordedSums() throws IOException {
    SortedMap<String, String> sums = new TreeMap<>();
    for (String line : Files.readAllLines(PREBUILT.resolve("SHA256SUMS"))) {
      sums.put(line.substring(66), line.substring(0, 64));
    }
    return sums;
  }

  private static List<String> files(Path directory, String suffix) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(suffix))
          .sorted()
          .toList();
    }
  }

  private static String sha256(Path file) throws IOException, NoSuchAlgorithmException {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    return HexFormat.of().formatHex(digest);
  }

  private static void requireTool(String tool) {
    boolean found =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
    if (!found) {
      skip("no " + tool + " on the PATH");
    }
  }

  /** Another compiler gives other bytes, which says nothing about the sources. */
  private static void requireRecordedCompiler() throws IOException, InterruptedException {
    String recorded = Files.readString(PREBUILT.resolve("COMPILER")).strip();
    String installed = run(COMPILER, "--version").lines().findFirst().orElse("").strip();
    if (!installed.equals(recorded)) {
      skip("the images were built by \"" + recorded + "\", installed is \"" + installed + "\"");
    }
  }

  private static void skip(String reason) {
    String line = "GuestImagesSystemTest skipped: " + reason;
    if ("1".equals(System.getenv("VLS_REQUIRE_TOOLS"))) {
      fail(line);
    }
    System.out.println(line);
    Assumptions.abort(line);
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Path log = Files.createTempFile("guest-images", ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (!process.waitFor(BUILD_LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        fail(command[0] + " took more than " + BUILD_LIMIT_SECONDS + " s");
      }
      String output = Files.readString(log);
      assertEquals(0, process.exitValue(), output);
      return output;
    } finally {
      Files.deleteIfExists(log);
    }
  }
}

package dev.vls.vmm.board;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The device tree compiler as a second opinion of what a blob says. */
final class Dtc {
  private Dtc() {}

  /** Returns the tree as dtc prints it, with all white space as single blanks. */
  static String decode(byte[] blob) throws IOException, InterruptedException {
    return decode(blob, List.of());
  }

  /** Returns the same with properties and nodes by name. */
  static String sorted(byte[] blob) throws IOException, InterruptedException {
    return decode(blob, List.of("-s"));
  }

  private static String decode(byte[] blob, List<String> options)
      throws IOException, InterruptedException {
    Path directory = Files.createDirectories(Path.of("target", "device-tree"));
    Path file = directory.resolve("tree.dtb");
    Path source = directory.resolve("tree.dts");
    Files.write(file, blob);
    List<String> words = new ArrayList<>(List.of("dtc", "-q", "-I", "dtb", "-O", "dts"));
    words.addAll(options);
    words.add(file.toString());
    Process dtc =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(source.toFile()).start();
    int code = dtc.waitFor();
    String text = Files.readString(source, StandardCharsets.UTF_8).replaceAll("\\s+", " ");
    assertEquals(0, code, text);
    return text;
  }
}

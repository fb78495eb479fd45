package dev.vls.replay.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example as a module of its own, in a process of its own: what is exported suffices. */
final class EmbedderModuleTest {
  private static final Path ROOT = Path.of(System.getProperty("vls.root", ".."));
  private static final Path TEST = ROOT.resolve("replay/src/test");
  private static final String PACKAGE = "dev/vls/replay/example/";
  private static final String MODULE_PATH = System.getProperty("jdk.module.path");
  private static final long PATIENCE_S = 120;

  @TempDir private Path directory;

  @Test
  void shouldRecordAndReplayWhenCompiledAsAModuleOfItsOwn() throws Exception {
    Path classes = directory.resolve("classes");
    compile(classes);
    List<String> lines = run(classes).lines().toList();
    assertEquals(8, lines.size(), lines.toString());
    assertEquals(lines.subList(0, 4), lines.subList(4, 8));
  }

  private static void compile(Path classes) {
    StringWriter messages = new StringWriter();
    PrintWriter out = new PrintWriter(messages);
    ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
    int status =
        javac.run(
            out,
            out,
            "-Werror",
            "-proc:none",
            "--module-path",
            MODULE_PATH,
            "-d",
            classes.toString(),
            TEST.resolve("resources").resolve(PACKAGE).resolve("module-info.java").toString(),
            source("EntropyDevice"),
            source("EntropyBackend"),
            source("Embedding"));
    assertEquals(0, status, messages.toString());
  }

  private static String source(String name) {
    return TEST.resolve("java").resolve(PACKAGE).resolve(name + ".java").toString();
  }

  private String run(Path classes) throws Exception {
    Path output = directory.resolve("output");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--module-path",
                classes + File.pathSeparator + MODULE_PATH,
                "--module",
                "dev.vls.example/dev.vls.replay.example.Embedding",
                ROOT.resolve("guests/prebuilt/entropy.elf").toString(),
                directory.resolve("log").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertTrue(process.waitFor(PATIENCE_S, TimeUnit.SECONDS), "the example does not end");
    } finally {
      process.destroyForcibly();
    }
    assertEquals(0, process.exitValue());
    return Files.readString(output);
  }
}

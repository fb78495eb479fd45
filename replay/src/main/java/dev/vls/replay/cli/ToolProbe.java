package dev.vls.replay.cli;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds programs in a search path and asks them for their version. */
final class ToolProbe {
  private static final long LIMIT_SECONDS = 10;
  private static final Pattern TERMINAL_COLOURS = Pattern.compile("\u001b\\[[0-9;]*m");

  private final List<Path> folders;

  /** Looks in {@code searchPath}, folders separated as in PATH. */
  ToolProbe(String searchPath) {
    this.folders =
        Stream.of(searchPath.split(File.pathSeparator, -1))
            .filter(folder -> !folder.isEmpty())
            .map(Path::of)
            .toList();
  }

  /**
   * Looks where this process would, and in the folder for administrators, which Debian leaves out
   * of the PATH of others.
   */
  static ToolProbe ofThisProcess() {
    return new ToolProbe(
        System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin");
  }

  /** Returns the first executable file of that name. */
  Optional<Path> find(String command) {
    return folders.stream()
        .map(folder -> folder.resolve(command))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }

  /**
   * Returns the first line a program prints about its version, or why there is none; a program that
   * hangs is ended after some seconds.
   */
  String version(Path program, String versionOption) {
    try {
      Process process =
          new ProcessBuilder(program.toString(), versionOption).redirectErrorStream(true).start();
      process.getOutputStream().close();
      Thread watchdog = Thread.ofVirtual().start(() -> endWhenLate(process));
      try (BufferedReader output = process.inputReader()) {
        return firstLine(output);
      } finally {
        watchdog.interrupt();
        process.destroyForcibly();
      }
    } catch (IOException e) {
      return "cannot be run: " + e.getMessage();
    }
  }

  private static String firstLine(BufferedReader output) {
    try {
      return output
          .lines()
          .map(line -> TERMINAL_COLOURS.matcher(line).replaceAll("").strip())
          .filter(line -> !line.isEmpty())
          .findFirst()
          .orElse("prints no version");
    } catch (UncheckedIOException e) {
      return "prints no version: " + e.getMessage();
    }
  }

  private static void endWhenLate(Process process) {
    try {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

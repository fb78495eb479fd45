package dev.vls.replay.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The {@code vls} command in a process of its own. */
final class Forked {
  private static final long LIMIT_SECONDS = 120;

  private final Path folder;
  private final Path out;
  private final Path err;
  private Class<?> main = Vls.class;
  private List<String> prefix = List.of();
  private List<String> flags = List.of("-XX:TieredStopAtLevel=1", "-Xmx512m");

  /** What a process left. */
  record Result(int exitCode, byte[] out, String err) {
    String text() {
      return new String(out, UTF_8);
    }
  }

  /** Runs in {@code folder}, where standard output and error are kept too. */
  Forked(Path folder) {
    this.folder = folder;
    this.out = folder.resolve("stdout");
    this.err = folder.resolve("stderr");
  }

  /**
   * Lets SIGINT do what it does by default in what is started from now on: a shell's background job
   * ignores it, and so do the job's children.
   */
  Forked interruptible() {
    return under("env", "--default-signal=INT");
  }

  /** Starts another class of this module instead, from now on. */
  Forked running(Class<?> other) {
    main = other;
    return this;
  }

  /** Starts by way of another program, whose words these are, what is started from now on. */
  Forked under(String... words) {
    prefix = List.of(words);
    return this;
  }

  /** Lets what is started from now on be compiled well and have memory: it will run for long. */
  Forked enduring() {
    flags = List.of("-Xmx2g");
    return this;
  }

  /** Runs to the end with nothing typed. */
  Result vls(Object... arguments) throws Exception {
    Process process = start(ProcessBuilder.Redirect.to(out.toFile()), arguments);
    process.getOutputStream().close();
    return await(process);
  }

  /** Starts it; the caller types, and then awaits the end. */
  Process start(ProcessBuilder.Redirect output, Object... arguments) throws IOException {
    return new ProcessBuilder(command(arguments))
        .directory(folder.toFile())
        .redirectOutput(output)
        .redirectError(err.toFile())
        .start();
  }

  /** Returns the words of a command line that starts it. */
  List<String> command(Object... arguments) {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    command.add("--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED");
    command.addAll(flags);
    command.addAll(List.of("-cp", classes(), main.getName()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return command;
  }

  /** Tests run with some jars as modules and some on the class path; this takes them all. */
  private static String classes() {
    return System.getProperty("jdk.module.path", "")
        + File.pathSeparator
        + System.getProperty("java.class.path", "");
  }

  /** Starts it with standard output in a file. */
  Process start(Object... arguments) throws IOException {
    return start(ProcessBuilder.Redirect.to(out.toFile()), arguments);
  }

  /** Waits for the end. */
  Result await(Process process) throws Exception {
    boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly();
    }
    assertTrue(ended, () -> "the command hangs");
    byte[] bytes = Files.exists(out) ? Files.readAllBytes(out) : new byte[0];
    return new Result(process.exitValue(), bytes, Files.readString(err));
  }

  /** Waits until standard output holds {@code text}. */
  void awaitOutput(Process process, String text) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!Files.exists(out) || !Files.readString(out).contains(text)) {
      assertTrue(process.isAlive() && System.nanoTime() < deadline, () -> "no '" + text + "'");
      TimeUnit.MILLISECONDS.sleep(20); // the file is the condition, and nothing tells of it
    }
  }
}

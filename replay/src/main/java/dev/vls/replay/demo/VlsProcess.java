package dev.vls.replay.demo;

import dev.vls.sma.HostException;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A {@code vls} command in a process of its own; what it says on standard error is kept. */
final class VlsProcess implements AutoCloseable {
  private static final String MODULE = "dev.vls.replay/dev.vls.replay.cli.Vls";

  private final String name;
  private final Process process;
  private final List<String> said = new ArrayList<>();
  private final CountDownLatch silent = new CountDownLatch(1);

  private VlsProcess(String name, Process process) {
    this.name = name;
    this.process = process;
  }

  /** Starts {@code vls} with {@code arguments}, in this JVM's build and with its flags. */
  static VlsProcess start(String name, List<String> arguments) throws HostException {
    List<String> command = new ArrayList<>(java());
    command.addAll(arguments);
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .start();
      VlsProcess vls = new VlsProcess(name, process);
      Thread.ofPlatform().name(name + "-says").daemon().start(vls::listen);
      return vls;
    } catch (IOException e) {
      throw new HostException("the " + name + " cannot be started: " + e.getMessage(), e);
    }
  }

  /**
   * Waits until it has said a line that contains {@code text}.
   *
   * @throws HostException if it ends, or the time passes, before that
   */
  void awaitSaid(String text, long seconds) throws HostException, InterruptedException {
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    synchronized (said) {
      while (said.stream().noneMatch(line -> line.contains(text))) {
        long leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime());
        if (leftMs <= 0 || silent.getCount() == 0) {
          throw new HostException("the " + name + " has not said '" + text + "'; it said: " + said);
        }
        said.wait(leftMs);
      }
    }
  }

  /** Kills it as a power cut would: SIGKILL, no goodbye. */
  void kill() {
    process.destroyForcibly();
  }

  /**
   * Waits until it has ended by itself.
   *
   * @return its exit code
   * @throws HostException if it is still there after {@code seconds}
   */
  int awaitEnd(long seconds) throws HostException, InterruptedException {
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      throw new HostException("the " + name + " has not ended within " + seconds + " s");
    }
    return process.exitValue();
  }

  /** Returns what it has said so far. */
  List<String> said() {
    synchronized (said) {
      return List.copyOf(said);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private void listen() {
    try (BufferedReader reader = process.errorReader()) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        synchronized (said) {
          said.add(line);
          said.notifyAll();
        }
      }
    } catch (IOException e) {
      synchronized (said) {
        said.add("(" + e.getMessage() + ")");
      }
    } finally {
      silent.countDown();
      synchronized (said) {
        said.notifyAll();
      }
    }
  }

  private static List<String> java() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    String modules = System.getProperty("jdk.module.path");
    if (modules == null) {
      command.addAll(
          List.of(
              "-cp",
              System.getProperty("java.class.path"),
              MODULE.substring(MODULE.indexOf('/') + 1)));
    } else if (!command.contains("-p")) {
      command.addAll(List.of("-p", modules, "-m", MODULE));
    }
    return command;
  }
}

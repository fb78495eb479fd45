package dev.vls.bench.guest;

import dev.vls.bench.result.Metric;
import dev.vls.sma.HostException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program that runs as a child process, with no other beside it but those that are measured with
 * it. CPU time is what the kernel says of children that have ended, in steps of 10 ms.
 */
final class Child implements AutoCloseable {
  private static final Path SELF = Path.of("/proc/self/stat");
  private static final double TICKS_PER_S = 100;
  private static final double NS_PER_S = 1e9;
  private static final int CHILD_USER_FIELD = 13; // behind the command's name: cutime, then cstime

  private final String program;
  private final Path output;
  private final Process process;

  private Child(String program, Path output, Process process) {
    this.program = program;
    this.output = output;
    this.process = process;
  }

  /** Returns whether this system tells the CPU time of children. */
  static boolean measurable() {
    return Files.isReadable(SELF);
  }

  /**
   * Runs {@code command} to its end; its two outputs are one, its input is empty.
   *
   * @param folder for a file with what it says
   * @param limitSeconds how long it may take
   * @throws StalledException if it takes longer
   * @throws HostException if it cannot be run or fails
   */
  static Measurement run(List<String> command, Path folder, long limitSeconds)
      throws HostException, InterruptedException {
    Stopwatch watch = new Stopwatch();
    try (Child child = start(command, folder.resolve("child.out"))) {
      child.await(limitSeconds);
      watch.stopWall();
      watch.stopCpu();
      return new Measurement(child.said(), watch.values());
    }
  }

  /**
   * Starts {@code command}; its two outputs are one, its input is empty.
   *
   * @param output a file for what it says
   * @throws HostException if it cannot be started
   */
  static Child start(List<String> command, Path output) throws HostException {
    String program = command.getFirst();
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(new File("/dev/null"))
              .redirectOutput(output.toFile());
      builder.environment().put("VLS_NO_BUILD", "1"); // what runs is what the bench runs
      return new Child(program, output, builder.start());
    } catch (IOException e) {
      throw new HostException(program + " cannot be run: " + e.getMessage(), e);
    }
  }

  /**
   * Waits for its end.
   *
   * @throws StalledException if it takes longer than {@code limitSeconds}
   * @throws HostException if it fails
   */
  void await(long limitSeconds) throws HostException, InterruptedException {
    if (!process.waitFor(limitSeconds, TimeUnit.SECONDS)) {
      throw new StalledException(program + " has not ended after " + limitSeconds + " s");
    }
    if (process.exitValue() != 0) {
      throw new HostException(
          "%s ended with %d: %s".formatted(program, process.exitValue(), said().strip()));
    }
  }

  /** Returns what it has said until now. */
  String said() throws HostException {
    try {
      return Files.readString(output, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new HostException("what " + program + " said is lost: " + e.getMessage(), e);
    }
  }

  /** Ends it if it is still there. */
  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** Times children: starts when it is made. */
  static final class Stopwatch {
    private final Map<Metric, Double> values = new EnumMap<>(Metric.class);
    private final double startCpu = childSeconds();
    private final long startNs = System.nanoTime();

    Stopwatch() throws HostException {}

    /** Stops the clock of the wall. */
    void stopWall() {
      values.put(Metric.WALL, (System.nanoTime() - startNs) / NS_PER_S);
    }

    /** Adds up the CPU time of the children, all of which have ended. */
    void stopCpu() throws HostException {
      values.put(Metric.CPU, childSeconds() - startCpu);
      values.put(Metric.PROCESS_CPU, values.get(Metric.CPU));
    }

    Map<Metric, Double> values() {
      return values;
    }

    /** CPU time of all children of this process that have ended. */
    private static double childSeconds() throws HostException {
      try {
        String stat = Files.readString(SELF);
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks =
            Long.parseLong(fields[CHILD_USER_FIELD]) + Long.parseLong(fields[CHILD_USER_FIELD + 1]);
        return ticks / TICKS_PER_S;
      } catch (IOException e) {
        throw new HostException("this process's CPU time is unknown: " + e.getMessage(), e);
      }
    }
  }
}

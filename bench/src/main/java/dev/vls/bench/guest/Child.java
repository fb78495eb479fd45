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
 * A program that runs as a child process, one at a time. Its CPU time is what the kernel says of
 * children that have ended, in steps of 10 ms.
 */
final class Child {
  private static final Path SELF = Path.of("/proc/self/stat");
  private static final double TICKS_PER_S = 100;
  private static final double NS_PER_S = 1e9;
  private static final int CHILD_USER_FIELD = 13; // behind the command's name: cutime, then cstime

  private Child() {}

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
    Path output = folder.resolve("child.out");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(new File("/dev/null"))
              .redirectOutput(output.toFile());
      builder.environment().put("VLS_NO_BUILD", "1"); // what runs is what the bench runs
      double cpu = childSeconds();
      long startNs = System.nanoTime();
      await(builder.start(), command.getFirst(), output, limitSeconds);
      Map<Metric, Double> values = new EnumMap<>(Metric.class);
      values.put(Metric.WALL, (System.nanoTime() - startNs) / NS_PER_S);
      values.put(Metric.CPU, childSeconds() - cpu);
      values.put(Metric.PROCESS_CPU, values.get(Metric.CPU));
      return new Measurement(said(output), values);
    } catch (HostException e) {
      throw e;
    } catch (IOException e) {
      throw new HostException(command.getFirst() + " cannot be run: " + e.getMessage(), e);
    }
  }

  private static void await(Process process, String program, Path output, long limitSeconds)
      throws IOException, InterruptedException {
    try {
      if (!process.waitFor(limitSeconds, TimeUnit.SECONDS)) {
        throw new StalledException(program + " has not ended after " + limitSeconds + " s");
      }
      if (process.exitValue() != 0) {
        throw new HostException(
            "%s ended with %d: %s".formatted(program, process.exitValue(), said(output).strip()));
      }
    } finally {
      process.destroyForcibly();
    }
  }

  private static String said(Path output) throws IOException {
    return Files.readString(output, StandardCharsets.ISO_8859_1);
  }

  /** CPU time of all children of this process that have ended. */
  private static double childSeconds() throws IOException {
    String stat = Files.readString(SELF);
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    long ticks =
        Long.parseLong(fields[CHILD_USER_FIELD]) + Long.parseLong(fields[CHILD_USER_FIELD + 1]);
    return ticks / TICKS_PER_S;
  }
}

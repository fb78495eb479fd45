package dev.vls.bench.guest;

import dev.vls.bench.result.Metric;
import dev.vls.bench.result.Variant;
import dev.vls.sma.HostException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The same guests under QEMU, as child processes. Their CPU time is what the kernel says of
 * children that have ended, in steps of 10 ms; it includes QEMU's start-up and its firmware.
 */
public final class Qemu {
  private static final String COMMAND = "qemu-system-riscv64";
  private static final Path SELF = Path.of("/proc/self/stat");
  private static final double TICKS_PER_S = 100;
  private static final long LIMIT_SECONDS = 600;
  private static final int CHILD_USER_FIELD = 13; // behind the command's name: cutime, then cstime

  private final Path program;
  private final Path folder;

  private Qemu(Path program, Path folder) {
    this.program = program;
    this.folder = folder;
  }

  /**
   * Returns QEMU, if it is in the search path and this system tells its children's CPU time.
   *
   * @param searchPath folders separated as in PATH
   * @param folder for its recordings
   */
  public static Optional<Qemu> find(String searchPath, Path folder) {
    if (!Files.isReadable(SELF)) {
      return Optional.empty();
    }
    return Stream.of(searchPath.split(File.pathSeparator, -1))
        .filter(path -> !path.isEmpty())
        .map(path -> Path.of(path, COMMAND))
        .filter(Files::isExecutable)
        .findFirst()
        .map(program -> new Qemu(program, folder));
  }

  /**
   * Runs an image to its power-off.
   *
   * @param variant one of QEMU's
   * @throws HostException if QEMU fails or takes ten minutes
   */
  public Measurement run(Path image, String arguments, long ramBytes, Variant variant)
      throws HostException, InterruptedException {
    try {
      Path output = folder.resolve("qemu.out");
      ProcessBuilder builder =
          new ProcessBuilder(command(image, arguments, ramBytes, variant))
              .redirectErrorStream(true)
              .redirectInput(new File("/dev/null"))
              .redirectOutput(output.toFile());
      double cpu = childSeconds();
      long startNs = System.nanoTime();
      await(builder.start(), output);
      Map<Metric, Double> values = new EnumMap<>(Metric.class);
      values.put(Metric.WALL, (System.nanoTime() - startNs) / 1e9);
      values.put(Metric.CPU, childSeconds() - cpu);
      if (variant == Variant.QEMU_RECORD) {
        values.put(Metric.LOG_BYTES, (double) Files.size(recording()));
      }
      return new Measurement(Files.readString(output, StandardCharsets.ISO_8859_1), values);
    } catch (IOException e) {
      throw e instanceof HostException known
          ? known
          : new HostException(program + " cannot be run: " + e.getMessage(), e);
    }
  }

  private List<String> command(Path image, String arguments, long ramBytes, Variant variant) {
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(List.of("-M", "virt", "-m", (ramBytes >> 20) + "M", "-display", "none"));
    command.addAll(List.of("-serial", "stdio", "-monitor", "none", "-bios", "default"));
    command.addAll(List.of("-kernel", image.toString()));
    if (!arguments.isEmpty()) {
      command.addAll(List.of("-append", arguments));
    }
    switch (variant) {
      case QEMU_PLAIN -> {}
      case QEMU_ICOUNT -> command.addAll(List.of("-icount", "shift=0"));
      case QEMU_RECORD ->
          command.addAll(
              List.of("-icount", "shift=0,rr=record,rrfile=" + recording(), "-net", "none"));
      case PLAIN, RECORD, REPLAY ->
          throw new IllegalArgumentException(variant + " is not one of QEMU's");
    }
    return command;
  }

  private Path recording() {
    return folder.resolve("qemu.rr");
  }

  private void await(Process process, Path output) throws IOException, InterruptedException {
    try {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new HostException(program + " has not ended after " + LIMIT_SECONDS + " s");
      }
      if (process.exitValue() != 0) {
        throw new HostException(
            "%s ended with %d: %s"
                .formatted(
                    program,
                    process.exitValue(),
                    Files.readString(output, StandardCharsets.ISO_8859_1).strip()));
      }
    } finally {
      process.destroyForcibly();
    }
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

package dev.vls.bench.guest;

import dev.vls.bench.result.Metric;
import dev.vls.bench.result.Variant;
import dev.vls.sma.HostException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The same guests under QEMU, with its start and its firmware, as child processes. */
public final class Qemu {
  private static final String COMMAND = "qemu-system-riscv64";
  private static final long LIMIT_SECONDS = 600;

  /** Version 7.2 sometimes waits for ever in a replay. */
  private static final long REPLAY_LIMIT_SECONDS = 60;

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
   * @param folder for its recordings and sockets
   */
  public static Optional<Qemu> find(String searchPath, Path folder) {
    if (!Child.measurable()) {
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
   * Runs a guest of the SDK to its power-off. {@link Variant#QEMU_REPLAY} replays what the last
   * {@link Variant#QEMU_RECORD} recorded.
   *
   * @param variant one of QEMU's
   * @throws StalledException if QEMU takes ten minutes, or a minute for a replay
   * @throws HostException if QEMU fails
   */
  public Measurement run(Path image, String arguments, long ramBytes, Variant variant)
      throws HostException, InterruptedException {
    List<String> guest = new ArrayList<>(List.of("-kernel", image.toString()));
    if (!arguments.isEmpty()) {
      guest.addAll(List.of("-append", arguments));
    }
    return run(guest, ramBytes, variant);
  }

  /**
   * Runs a guest of the SDK with a network card whose frames all come back, plain. CPU time of the
   * process includes that of this one, which sends them back.
   *
   * @throws StalledException if QEMU takes ten minutes
   * @throws HostException if QEMU fails, or there is no socket to be had
   */
  public Measurement runEchoed(Path image, String arguments, long ramBytes)
      throws HostException, InterruptedException {
    List<String> guest = new ArrayList<>(List.of("-kernel", image.toString()));
    guest.addAll(List.of("-append", arguments));
    guest.addAll(List.of("-global", "virtio-mmio.force-legacy=false"));
    try (EchoServer echo = EchoServer.open(folder)) {
      guest.addAll(
          List.of(
              "-netdev",
              "stream,id=n,server=off,addr.type=unix,addr.path=" + echo.path(),
              "-device",
              "virtio-net-device,netdev=n"));
      Map<Metric, Double> own = new EnumMap<>(Metric.class);
      Clocks clocks = Clocks.start();
      Measurement measurement = run(guest, ramBytes, Variant.QEMU_PLAIN);
      clocks.stop(own);
      Map<Metric, Double> values = new EnumMap<>(measurement.values());
      values.merge(Metric.PROCESS_CPU, own.get(Metric.PROCESS_CPU), Double::sum);
      return measurement.with(values);
    }
  }

  /**
   * Boots a kernel to its power-off.
   *
   * @throws HostException if QEMU fails or takes ten minutes
   */
  public Measurement boot(Path kernel, Path initrd, String words, long ramBytes, Variant variant)
      throws HostException, InterruptedException {
    return run(
        List.of(
            "-no-reboot",
            "-kernel",
            kernel.toString(),
            "-initrd",
            initrd.toString(),
            "-append",
            words),
        ramBytes,
        variant);
  }

  private Measurement run(List<String> guest, long ramBytes, Variant variant)
      throws HostException, InterruptedException {
    long limit = variant == Variant.QEMU_REPLAY ? REPLAY_LIMIT_SECONDS : LIMIT_SECONDS;
    Measurement measurement = Child.run(command(guest, ramBytes, variant), folder, limit);
    if (variant != Variant.QEMU_RECORD) {
      return measurement;
    }
    Map<Metric, Double> values = new EnumMap<>(measurement.values());
    try {
      values.put(Metric.LOG_BYTES, (double) Files.size(recording()));
    } catch (IOException e) {
      throw new HostException(program + " has left no recording: " + e.getMessage(), e);
    }
    return new Measurement(measurement.output(), values);
  }

  private List<String> command(List<String> guest, long ramBytes, Variant variant) {
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(List.of("-M", "virt", "-m", (ramBytes >> 20) + "M", "-display", "none"));
    command.addAll(List.of("-serial", "stdio", "-monitor", "none", "-bios", "default"));
    command.addAll(guest);
    switch (variant) {
      case QEMU_PLAIN -> {}
      case QEMU_ICOUNT -> command.addAll(List.of("-icount", "shift=0"));
      case QEMU_RECORD -> command.addAll(counting("record"));
      case QEMU_REPLAY -> command.addAll(counting("replay"));
      default -> throw new IllegalArgumentException(variant + " is not one of QEMU's");
    }
    return command;
  }

  private List<String> counting(String mode) {
    return List.of("-icount", "shift=0,rr=" + mode + ",rrfile=" + recording(), "-net", "none");
  }

  private Path recording() {
    return folder.resolve("qemu.rr");
  }
}

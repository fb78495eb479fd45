package dev.vls.bench.guest;

import dev.vls.sma.HostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The command {@code vls} itself, from its start to its exit, as a child process. */
public final class Launcher {
  private static final long LIMIT_SECONDS = 600;

  private final Path program;
  private final Path folder;

  private Launcher(Path program, Path folder) {
    this.program = program;
    this.folder = folder;
  }

  /**
   * Returns the launcher of the VLS that runs, if it is one and this system tells its children's
   * CPU time.
   *
   * @param home where VLS lies, as the launcher says; null where none started this
   * @param folder for what it says
   */
  public static Optional<Launcher> ofHome(String home, Path folder) {
    return Optional.ofNullable(home)
        .map(path -> Path.of(path, "vls"))
        .filter(path -> Child.measurable() && Files.isExecutable(path))
        .map(path -> new Launcher(path, folder));
  }

  /** Runs a guest to its power-off. */
  public Measurement run(Path image, String arguments, long ramBytes)
      throws HostException, InterruptedException {
    return guest(List.of("run"), image, arguments, ramBytes);
  }

  /** Runs and records a guest to its power-off. */
  public Measurement record(Path image, String arguments, long ramBytes, Path log)
      throws HostException, InterruptedException {
    return guest(List.of("record", "-o", log.toString()), image, arguments, ramBytes);
  }

  /** Runs any command of its own. */
  public Measurement command(List<String> words) throws HostException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(words);
    return Child.run(command, folder, LIMIT_SECONDS);
  }

  private Measurement guest(List<String> how, Path image, String arguments, long ramBytes)
      throws HostException, InterruptedException {
    List<String> words = new ArrayList<>(how);
    words.add("--ram=" + (ramBytes >> 20) + "M");
    words.add("--append=" + arguments);
    words.add(image.toString());
    return command(words);
  }
}

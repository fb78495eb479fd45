package dev.vls.bench.guest;

import dev.vls.replay.demo.Loopback;
import dev.vls.sma.HostException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The command {@code vls} itself, from its start to its exit, as a child process. */
public final class Launcher {
  private static final long LIMIT_SECONDS = 600;

  private final List<String> program;
  private final Path folder;

  /**
   * A launcher.
   *
   * @param program the words that start {@code vls}
   * @param folder for what it says
   */
  public Launcher(List<String> program, Path folder) {
    this.program = List.copyOf(program);
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
        .map(path -> new Launcher(List.of(path.toString()), folder));
  }

  /** Runs a guest to its power-off. */
  public Measurement run(Path image, String arguments, long ramBytes)
      throws HostException, InterruptedException {
    return command(guest(List.of("run"), image, arguments, ramBytes));
  }

  /** Runs and records a guest to its power-off. */
  public Measurement record(Path image, String arguments, long ramBytes, Path log)
      throws HostException, InterruptedException {
    return command(guest(List.of("record", "-o", log.toString()), image, arguments, ramBytes));
  }

  /**
   * Runs a guest to its power-off on a leader whose follower replays it meanwhile, both on this
   * machine; a client in this process takes the console's output. Wall time ends with the leader,
   * CPU time is that of both.
   *
   * @param fence a directory for the two
   */
  public Measurement replicate(Path image, String arguments, long ramBytes, Path fence)
      throws HostException, InterruptedException {
    List<InetSocketAddress> ports = Loopback.freePorts(2);
    String meeting = Loopback.text(ports.getFirst());
    String shared = "--fence=" + fence;
    List<String> lead =
        List.of(
            "lead",
            shared,
            "--listen=" + meeting,
            "--console-port=" + Loopback.text(ports.getLast()));
    List<String> follow = List.of("follow", shared, meeting);
    Child.Stopwatch watch = new Child.Stopwatch();
    try (Child leader =
            Child.start(
                words(guest(lead, image, arguments, ramBytes)), folder.resolve("leader.out"));
        Child follower = Child.start(words(follow), folder.resolve("follower.out"));
        ConsoleText console = new ConsoleText(ports.getLast())) {
      leader.await(LIMIT_SECONDS);
      watch.stopWall();
      follower.await(LIMIT_SECONDS);
      watch.stopCpu();
      return new Measurement(console.text(), watch.values());
    }
  }

  /** Runs any command of its own. */
  public Measurement command(List<String> words) throws HostException, InterruptedException {
    return Child.run(words(words), folder, LIMIT_SECONDS);
  }

  private List<String> words(List<String> words) {
    List<String> command = new ArrayList<>(program);
    command.addAll(words);
    return command;
  }

  private static List<String> guest(List<String> how, Path image, String arguments, long ramBytes) {
    List<String> words = new ArrayList<>(how);
    words.add("--ram=" + (ramBytes >> 20) + "M");
    words.add("--append=" + arguments);
    words.add(image.toString());
    return words;
  }
}

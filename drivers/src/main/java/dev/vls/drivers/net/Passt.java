package dev.vls.drivers.net;

import dev.vls.sma.HostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A link to the host's network by way of a {@code passt} process of its own, which needs no
 * privileges: the guest gets an address by DHCP, reaches what the host reaches, and is reached at
 * the ports that are forwarded to it.
 */
public final class Passt implements NetLink {
  private static final Duration START_LIMIT = Duration.ofSeconds(10);
  private static final long START_STEP_MS = 20;
  private static final int MTU = 1500;
  private static final int LOG_LINES = 3;

  private final Process process;
  private final StreamLink stream;
  private final Path folder;

  /**
   * How passt is started.
   *
   * @param program name or path of the program
   * @param tcp ports of the host that are forwarded, as passt writes them: {@code 8080:80}
   * @param udp likewise
   */
  public record Config(String program, List<String> tcp, List<String> udp) {
    /** Copies the lists. */
    public Config {
      tcp = List.copyOf(tcp);
      udp = List.copyOf(udp);
    }
  }

  private Passt(Process process, StreamLink stream, Path folder) {
    this.process = process;
    this.stream = stream;
    this.folder = folder;
  }

  /**
   * Starts the process and connects to it.
   *
   * @param failure told once when it is gone
   * @throws HostException if there is no such program, or it does not want to: a port is in use
   */
  public static Passt start(Config config, Consumer<HostException> failure) throws HostException {
    try {
      Path folder = folder();
      try {
        return start(config, folder, failure);
      } catch (IOException | InterruptedException e) {
        remove(folder);
        throw e;
      }
    } catch (HostException e) {
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HostException("the start of " + config.program() + " was interrupted", e);
    } catch (IOException e) {
      throw new HostException(
          "'"
              + config.program()
              + "' cannot be started; install the package passt: "
              + e.getMessage(),
          e);
    }
  }

  private static Passt start(Config config, Path folder, Consumer<HostException> failure)
      throws IOException, InterruptedException {
    Path socket = socket(folder);
    Process process =
        new ProcessBuilder(command(config, socket))
            .redirectErrorStream(true)
            .redirectOutput(log(folder).toFile())
            .start();
    try {
      awaitSocket(process, socket, folder);
      StreamLink stream = StreamLink.connect(socket, failure);
      return new Passt(process, stream, folder);
    } catch (IOException | InterruptedException e) {
      process.destroy();
      throw e;
    }
  }

  /**
   * When it is started by root it becomes another user, who has to be able to make a socket here.
   */
  private static Path folder() throws IOException {
    Path folder = Files.createTempDirectory("vls-net");
    if ("root".equals(System.getProperty("user.name"))) {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx-wx-wx"));
    }
    return folder;
  }

  private static Path socket(Path folder) {
    return folder.resolve("socket");
  }

  private static Path log(Path folder) {
    return folder.resolve("log");
  }

  private static List<String> command(Config config, Path socket) {
    List<String> command = new ArrayList<>();
    command.add(config.program());
    command.addAll(List.of("--foreground", "--stderr", "--one-off", "--socket", socket.toString()));
    command.addAll(List.of("--mtu", Integer.toString(MTU)));
    config.tcp().forEach(ports -> command.addAll(List.of("--tcp-ports", ports)));
    config.udp().forEach(ports -> command.addAll(List.of("--udp-ports", ports)));
    return command;
  }

  /** It makes the socket when it is ready, and nothing tells when that is. */
  private static void awaitSocket(Process process, Path socket, Path folder)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + START_LIMIT.toNanos();
    while (!Files.exists(socket)) {
      if (process.waitFor(START_STEP_MS, TimeUnit.MILLISECONDS) || System.nanoTime() > end) {
        throw new HostException("passt does not start: " + lastWords(folder));
      }
    }
  }

  private static String lastWords(Path folder) throws IOException {
    List<String> lines =
        Files.readAllLines(log(folder)).stream()
            .filter(line -> !line.isBlank() && !line.contains("to syslog"))
            .toList();
    return lines.stream()
        .skip(Math.max(0, lines.size() - LOG_LINES))
        .collect(Collectors.joining("; "));
  }

  @Override
  public void open(Receiver receiver) {
    stream.open(receiver);
  }

  @Override
  public void send(byte[] frame) throws HostException {
    stream.send(frame);
  }

  /** Ends the process as well. */
  @Override
  public void close() {
    stream.close();
    process.destroy();
    remove(folder);
  }

  private static void remove(Path folder) {
    for (Path path : List.of(socket(folder), log(folder), folder)) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        // it lies in the folder for temporary files, which somebody else clears
      }
    }
  }
}

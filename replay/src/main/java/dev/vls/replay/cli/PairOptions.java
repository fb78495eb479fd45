package dev.vls.replay.cli;

import dev.vls.drivers.console.RelayConsole;
import dev.vls.log.wire.LivenessConfig;
import dev.vls.replay.MachineSpec;
import dev.vls.replay.role.FileFence;
import dev.vls.sma.HostException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that leader and follower share. */
final class PairOptions {
  /** Console output that is kept for a client that may have missed it. */
  static final int RETAINED_CONSOLE_BYTES = 16 << 20;

  private static final long DRAIN_MS = 10_000;
  private static final long MIN_TIMEOUT_MS = 250;
  private static final long MAX_TIMEOUT_MS = 3_600_000;
  private static final long MAX_PATIENCE_SECONDS = 31_536_000;

  /** Far below the shortest time-out, since the other side may have another than this one. */
  private static final Duration HEARTBEAT = Duration.ofMillis(100);

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--console-port",
      paramLabel = "[HOST:]PORT",
      defaultValue = "0",
      converter = AddressConverter.class,
      description =
          "Where 'vls console' reaches the guest's console on this side; 0 for any free port"
              + " (default: ${DEFAULT-VALUE}).")
  private InetSocketAddress consoleAddress;

  @Option(
      names = "--fence",
      required = true,
      paramLabel = "DIR",
      description =
          "A directory that both sides can reach: whoever creates a file there first lives when"
              + " they lose sight of each other.")
  private Path fence;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "Keep a log of the run on this side too; must not exist yet.")
  private Path directory;

  @Option(
      names = "--timeout",
      paramLabel = "MS",
      defaultValue = "2000",
      description =
          "Silence after which the other side counts as lost; a closed connection counts at once"
              + " (default: ${DEFAULT-VALUE}).")
  private long timeoutMs;

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description =
          "How long to wait for the other side to come before giving up (default:"
              + " ${DEFAULT-VALUE}).")
  private long patienceSeconds;

  /** Returns when the other side counts as lost. */
  LivenessConfig liveness() {
    requireBetween("--timeout", "ms", timeoutMs, MIN_TIMEOUT_MS, MAX_TIMEOUT_MS);
    return new LivenessConfig(HEARTBEAT, Duration.ofMillis(timeoutMs));
  }

  /** Returns how long to wait for the other side. */
  Duration patience() {
    requireBetween("--patience", "s", patienceSeconds, 1, MAX_PATIENCE_SECONDS);
    return Duration.ofSeconds(patienceSeconds);
  }

  private void requireBetween(String option, String unit, long value, long least, long most) {
    if (value < least || value > most) {
      throw new ParameterException(
          spec.commandLine(),
          "%s must be %d to %d %s, found %d".formatted(option, least, most, unit, value));
    }
  }

  /** Opens the fence. */
  FileFence openFence() throws HostException {
    return new FileFence(fence);
  }

  /** Returns this process's name at the fence. */
  static String name(String role) {
    return "%s, process %d on %s".formatted(role, ProcessHandle.current().pid(), hostName());
  }

  /** Creates the log of this side, if one was asked for. */
  KeptLog openLog(MachineSpec machine) throws Exception {
    return new KeptLog(
        directory == null
            ? Optional.empty()
            : Optional.of(RecordCommand.create(directory, machine)));
  }

  /**
   * Checks that the console could be reached here: better now than at a takeover.
   *
   * @throws HostException if somebody else listens there
   */
  void requireFreeConsole() throws HostException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(consoleAddress);
    } catch (IOException e) {
      throw new HostException(
          "the console could not be served at %s after a takeover: %s; choose another --console-port"
              .formatted(consoleAddress, e.getMessage()),
          e);
    }
  }

  /** Makes the console reachable and says where. */
  void serve(RelayConsole console) throws HostException {
    InetSocketAddress address = console.goLive(consoleAddress);
    say("the console is at " + address.getAddress().getHostAddress() + ":" + address.getPort());
  }

  /**
   * Ends the console in order: waits a while for a client to take its last bytes, and has it told
   * that there are no more.
   */
  static void drain(RelayConsole console) throws InterruptedException {
    console.runOver();
    console.awaitAcknowledged(DRAIN_MS);
  }

  /** Prints a sentence about what is going on; any thread. */
  void say(String sentence) {
    PrintWriter err = spec.commandLine().getErr();
    synchronized (this) {
      err.println("vls: " + sentence);
      err.flush();
    }
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "an unnamed host";
    }
  }
}

package dev.vls.replay.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;

/**
 * What the launcher makes its ahead-of-time cache from: the commands that people start most, one
 * after the other in one JVM. The cache has the classes of what is done here, and HotSpot's
 * profiles.
 */
public final class Training {
  /** Little: a machine's memory may be collected only some time after the machine has ended. */
  private static final String RAM = "32M";

  private Training() {}

  /**
   * Runs the commands.
   *
   * @param args a folder with guests, as {@code guests/prebuilt}, and one that does not exist yet
   */
  public static void main(String[] args) {
    Path guests = Path.of(args[0]);
    Path scratch = Path.of(args[1]);
    String core = guests.resolve("core.elf").toString();
    String hello = guests.resolve("hello.elf").toString();
    String log = scratch.resolve("log").toString();
    String state = scratch.resolve("state").toString();
    execute("record", "-o", log, "--ram", RAM, "--append", "n=5000", core);
    execute("replay", log);
    execute("run", "--ram", RAM, "--entropy", "--save-at", "memory", "--save-state", state, hello);
    execute("run", "--state", state);
  }

  private static void execute(String... command) {
    int code =
        Vls.execute(Vls.commandLine(ServiceLoader.load(CommandProvider.class), command), command);
    if (code != ExitCode.OK) {
      throw new IllegalStateException(List.of(command) + " ended with " + code);
    }
  }
}

package dev.vls.bench.cli;

import dev.vls.sma.HostException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Another revision of VLS in a git worktree of its own; its launcher builds it when it is first
 * asked for something. Closing removes the worktree.
 */
final class Revision implements AutoCloseable {
  private final Path home;
  private final Path tree;

  private Revision(Path home, Path tree) {
    this.home = home;
    this.tree = tree;
  }

  /**
   * Checks a revision out.
   *
   * @param home the repository
   * @param name as git understands it
   * @param tree must not exist yet
   * @throws HostException if there is no such revision, or no git
   */
  static Revision checkOut(Path home, String name, Path tree)
      throws HostException, InterruptedException {
    git(home, "worktree", "add", "--detach", "--quiet", tree.toString(), name);
    return new Revision(home, tree);
  }

  /** Returns what its {@code vls bench} says of its options. */
  String help() throws HostException, InterruptedException {
    return run(launcher(tree, List.of("bench", "--help")), false);
  }

  /** Runs its {@code vls bench}. */
  void bench(List<String> arguments) throws HostException, InterruptedException {
    bench(tree, arguments);
  }

  /** Runs the {@code vls bench} of the version that lies at {@code home}. */
  static void bench(Path home, List<String> arguments) throws HostException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("bench"));
    words.addAll(arguments);
    run(launcher(home, words), true);
  }

  @Override
  public void close() throws HostException {
    try {
      git(home, "worktree", "remove", "--force", tree.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<String> launcher(Path home, List<String> words) {
    List<String> command = new ArrayList<>(List.of(home.resolve("vls").toString()));
    command.addAll(words);
    return command;
  }

  private static void git(Path home, String... words) throws HostException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git", "-C", home.toString()));
    command.addAll(List.of(words));
    run(command, false);
  }

  /** Returns what it says; progress goes to this process's standard error where it is shown. */
  private static String run(List<String> command, boolean shown)
      throws HostException, InterruptedException {
    Process process = null;
    try {
      Path said = Files.createTempFile("vls-bench", ".out");
      try {
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(said.toFile());
        if (shown) {
          builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        } else {
          builder.redirectErrorStream(true);
        }
        process = builder.start();
        process.getOutputStream().close();
        int code = process.waitFor();
        String output = Files.readString(said, StandardCharsets.ISO_8859_1);
        if (code != 0) {
          throw new HostException(
              "'%s' ended with %d: %s".formatted(String.join(" ", command), code, output.strip()));
        }
        return output;
      } finally {
        Files.delete(said);
      }
    } catch (HostException e) {
      throw e;
    } catch (IOException e) {
      throw new HostException(
          "'%s' cannot be run: %s".formatted(String.join(" ", command), e.getMessage()), e);
    } finally {
      if (process != null) {
        process.destroyForcibly();
      }
    }
  }
}

package dev.vls.replay.cli;

import java.util.List;

/**
 * Brings the subcommands of another module into {@code vls}; found by {@link
 * java.util.ServiceLoader}.
 *
 * <p>A module provides it with {@code provides dev.vls.replay.cli.CommandProvider with ...} and
 * opens the commands' package to {@code info.picocli}.
 */
public interface CommandProvider {
  /**
   * Returns new instances of classes that carry picocli's {@code @Command} and implement {@code
   * Callable<Integer>}, answering an {@link ExitCode}. Called once, on the main thread.
   */
  List<Object> commands();
}

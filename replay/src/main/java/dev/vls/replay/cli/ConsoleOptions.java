package dev.vls.replay.cli;

import picocli.CommandLine.Option;

/** The option that says where the console of a machine goes that runs on its own. */
final class ConsoleOptions {
  @Option(
      names = "--console",
      paramLabel = "WHERE",
      defaultValue = "stdio",
      converter = ConsoleOption.Converter.class,
      description =
          "The guest's console: stdio, file:FILE or socket:PORT_OR_PATH (default:"
              + " ${DEFAULT-VALUE}). On a terminal a kernel or firmware gets every key, and Ctrl-A"
              + " h lists those that VLS keeps; 'raw' and 'lines' say otherwise.")
  private ConsoleOption console;

  /** Returns where the console goes. */
  ConsoleOption where() {
    return console;
  }
}

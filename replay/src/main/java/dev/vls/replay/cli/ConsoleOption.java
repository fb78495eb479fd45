package dev.vls.replay.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Where the guest's console goes, as named on the command line. */
sealed interface ConsoleOption {
  /**
   * Standard input and output.
   *
   * @param keyboard how keys reach the guest where standard input is a terminal
   */
  record Stdio(Keyboard keyboard) implements ConsoleOption {}

  /** How keys reach the guest. */
  enum Keyboard {
    /** One by one for a kernel or firmware, by the line for other guests. */
    BY_GUEST,
    /** By the line, edited and echoed by the terminal; Ctrl-C stops VLS. */
    LINES,
    /** One by one, echoed by the guest; Ctrl-A is for VLS, all else for the guest. */
    RAW
  }

  /** Output to a file, no input. */
  record ToFile(String path) implements ConsoleOption {}

  /** A listening socket for one client at a time: a port on the loopback address, or a path. */
  record Socket(String address) implements ConsoleOption {}

  /** Reads {@code stdio}, {@code lines}, {@code raw}, {@code file:F} or {@code socket:S}. */
  final class Converter implements ITypeConverter<ConsoleOption> {
    private static final String FILE = "file:";
    private static final String SOCKET = "socket:";
    private static final int MAX_PORT = 65_535;

    @Override
    public ConsoleOption convert(String text) {
      switch (text) {
        case "stdio" -> {
          return new Stdio(Keyboard.BY_GUEST);
        }
        case "lines" -> {
          return new Stdio(Keyboard.LINES);
        }
        case "raw" -> {
          return new Stdio(Keyboard.RAW);
        }
        default -> {}
      }
      if (text.startsWith(FILE) && text.length() > FILE.length()) {
        return new ToFile(text.substring(FILE.length()));
      }
      if (text.startsWith(SOCKET) && text.length() > SOCKET.length()) {
        return socket(text.substring(SOCKET.length()));
      }
      throw new TypeConversionException(
          "'"
              + text
              + "' is not a console; write stdio, lines, raw, file:FILE or socket:PORT_OR_PATH");
    }

    private static Socket socket(String address) {
      if (address.matches("[0-9]{1,9}") && Integer.parseInt(address) > MAX_PORT) {
        throw new TypeConversionException(
            "'" + address + "' is not a port: expected 0 to " + MAX_PORT + ", or a path");
      }
      return new Socket(address);
    }
  }
}

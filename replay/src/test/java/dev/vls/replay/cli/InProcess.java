package dev.vls.replay.cli;

import dev.vls.drivers.console.StdioConsole;
import dev.vls.log.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import picocli.CommandLine;

/** The {@code vls} command in this process; the console of a replay goes to memory. */
final class InProcess {
  private InProcess() {}

  /**
   * What a command did.
   *
   * @param console what a replay wrote to the guest's console
   * @param out what it printed on standard output itself
   */
  record Result(int exitCode, Bytes console, String out, String err) {}

  static Result vls(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    ByteArrayOutputStream console = new ByteArrayOutputStream();
    CommandLine command = Vls.commandLine(List.of());
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    ReplayCommand replay = command.getSubcommands().get("replay").getCommand();
    replay.console(failed -> new StdioConsole(InputStream.nullInputStream(), console, failed));
    String[] words = new String[arguments.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = arguments[i].toString();
    }
    int exitCode = Vls.execute(command, words);
    return new Result(exitCode, Bytes.wrap(console.toByteArray()), out.toString(), err.toString());
  }
}

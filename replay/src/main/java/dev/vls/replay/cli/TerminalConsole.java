package dev.vls.replay.cli;

import dev.vls.drivers.console.StdioConsole;
import dev.vls.sma.Backend;
import dev.vls.sma.Channel;
import dev.vls.sma.OutputMessage;

/** A console whose terminal, if it is one, gets its own mode back at the end. */
final class TerminalConsole implements Backend {
  private final StdioConsole console;
  private final RawTerminal terminal;

  TerminalConsole(StdioConsole console, RawTerminal terminal) {
    this.console = console;
    this.terminal = terminal;
  }

  @Override
  public void attach(Channel channel) {
    console.attach(channel);
  }

  @Override
  public void accept(OutputMessage message) {
    console.accept(message);
  }

  @Override
  public void close() {
    console.close();
    terminal.close();
  }
}

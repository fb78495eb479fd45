package dev.vls.replay.cli;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Standard input, which becomes a terminal in raw mode with keys for VLS when the first byte is
 * asked for, if it is a terminal. So the guest starts meanwhile.
 */
final class TerminalKeys extends FilterInputStream {
  private final RawTerminal terminal;
  private final EscapeInput.Actions actions;
  private Optional<InputStream> keys = Optional.empty();

  /**
   * Creates it.
   *
   * @param actions what keys for VLS do
   */
  TerminalKeys(InputStream input, RawTerminal terminal, EscapeInput.Actions actions) {
    super(input);
    this.terminal = terminal;
    this.actions = actions;
  }

  @Override
  public int read() throws IOException {
    return keys().read();
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    return keys().read(target, offset, length);
  }

  private InputStream keys() {
    if (keys.isEmpty()) {
      keys = Optional.of(isRaw() ? new EscapeInput(in, actions) : in);
    }
    return keys.get();
  }

  private boolean isRaw() {
    try {
      return terminal.enter();
    } catch (IOException e) {
      actions.show(
          "vls: the terminal keeps its mode, keys come by the line: " + e.getMessage() + "\n");
      return false;
    }
  }
}

package dev.vls.replay.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.ControlChar;
import org.jline.terminal.Attributes.InputFlag;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.ffm.FfmTerminalProvider;
import org.jline.terminal.spi.SystemStream;
import org.jline.terminal.spi.TerminalProvider;

/**
 * The terminal on standard input without lines, echo and signals, from {@link #enter} until this is
 * closed or the process ends: every key goes to the guest.
 *
 * <p>Output stays as it is, so that a guest that ends lines with a line feed alone reads well.
 */
final class RawTerminal implements AutoCloseable {
  private static final Path INPUT = Path.of("/dev/stdin");
  private static final int FILE_TYPE = 0xf000;
  private static final int CHARACTER_DEVICE = 0x2000;

  private Optional<Terminal> entered = Optional.empty();
  private boolean closed;

  /**
   * Changes the terminal's mode. Takes a while, because it loads much: not on a thread that others
   * wait for.
   *
   * @return whether standard input is a terminal, and this was not closed before
   * @throws IOException if it is a terminal and its mode cannot be changed
   */
  boolean enter() throws IOException {
    if (!isCharacterDevice()) {
      return false;
    }
    try {
      TerminalProvider provider = new FfmTerminalProvider();
      return provider.isSystemStream(SystemStream.Input) && enter(open(provider));
    } catch (RuntimeException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Puts the mode back that was before {@link #enter}; a later one has no effect. */
  @Override
  public void close() {
    Optional<Terminal> left = leave();
    if (left.isPresent()) {
      try {
        left.get().close(); // the process's end would do it too, where this was never called
      } catch (IOException e) {
        throw new IllegalStateException("a terminal's own streams are closed by nobody else", e);
      }
    }
  }

  private synchronized Optional<Terminal> leave() {
    closed = true;
    Optional<Terminal> left = entered;
    entered = Optional.empty();
    return left;
  }

  private synchronized boolean enter(Terminal terminal) {
    if (!closed) {
      Attributes raw = new Attributes(terminal.getAttributes());
      raw.setLocalFlags(
          EnumSet.of(LocalFlag.ICANON, LocalFlag.ECHO, LocalFlag.ISIG, LocalFlag.IEXTEN), false);
      raw.setInputFlags(
          EnumSet.of(
              InputFlag.IXON,
              InputFlag.ICRNL,
              InputFlag.INLCR,
              InputFlag.IGNCR,
              InputFlag.ISTRIP,
              InputFlag.BRKINT),
          false);
      raw.setControlChar(ControlChar.VMIN, 1);
      raw.setControlChar(ControlChar.VTIME, 0);
      terminal.setAttributes(raw);
      entered = Optional.of(terminal);
    }
    return !closed;
  }

  /** Its streams are not used, and it sees no signals; it puts its mode back when Java ends. */
  private static Terminal open(TerminalProvider provider) throws IOException {
    return provider.sysTerminal(
        "vls",
        Terminal.TYPE_DUMB,
        false,
        StandardCharsets.UTF_8,
        StandardCharsets.UTF_8,
        StandardCharsets.UTF_8,
        false,
        Terminal.SignalHandler.SIG_DFL,
        true,
        SystemStream.Output);
  }

  /** Tells pipes and files apart from what may be a terminal, without loading anything for it. */
  private static boolean isCharacterDevice() {
    try {
      return ((int) Files.getAttribute(INPUT, "unix:mode") & FILE_TYPE) == CHARACTER_DEVICE;
    } catch (IOException e) {
      return false; // standard input is closed
    }
  }
}

package dev.vls.replay.cli;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The terminal on standard input without lines, echo and signals, until this is closed or the
 * process ends: every key goes to the guest.
 *
 * <p>stty does it, which every system with such a terminal has; output stays as it is, so that a
 * guest that ends lines with a line feed alone reads well.
 */
final class RawTerminal implements AutoCloseable {
  private static final String[] RAW = {
    "-icanon", "-echo", "-isig", "-iexten", "-ixon", "-icrnl", "-inlcr", "-igncr", "-istrip",
    "-brkint", "min", "1", "time", "0"
  };

  private final String before;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Thread hook = Thread.ofPlatform().name("vls-terminal").unstarted(this::restore);

  private RawTerminal(String before) {
    this.before = before;
  }

  /** Returns the terminal in its new mode, or nothing where standard input is none. */
  static Optional<RawTerminal> enter() {
    Optional<String> before = stty("-g");
    if (before.isEmpty() || stty(RAW).isEmpty()) {
      return Optional.empty();
    }
    RawTerminal terminal = new RawTerminal(before.get());
    Runtime.getRuntime().addShutdownHook(terminal.hook);
    return Optional.of(terminal);
  }

  @Override
  public void close() {
    restore();
    try {
      boolean _ = Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the process ends, and the hook finds that nothing is left to do
    }
  }

  private void restore() {
    if (closed.compareAndSet(false, true)) {
      boolean _ = stty(before).isPresent();
    }
  }

  /** Runs stty on standard input and returns what it prints, or nothing where it fails. */
  private static Optional<String> stty(String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = "stty";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(Redirect.INHERIT)
              .redirectError(Redirect.DISCARD)
              .start();
      String printed =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
      return process.waitFor() == 0 ? Optional.of(printed) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // there is no stty, so there is no such terminal
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}

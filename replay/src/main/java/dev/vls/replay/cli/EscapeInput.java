package dev.vls.replay.cli;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.IntConsumer;

/**
 * Keys on their way to the guest, with what is meant for VLS taken out: Ctrl-A and another key, and
 * whole lines while the monitor is open.
 *
 * <pre>
 * Ctrl-A x       quit
 * Ctrl-A c       to the monitor, and back to the guest
 * Ctrl-A h       help
 * Ctrl-A Ctrl-A  Ctrl-A for the guest
 * </pre>
 */
final class EscapeInput extends FilterInputStream {
  private static final int ESCAPE = 1;
  private static final int BACKSPACE = 8;
  private static final int DELETE = 127;
  private static final int MAX_LINE = 1000;

  /** What keys ask for. */
  interface Actions {
    /** Ends the run. */
    void quit();

    /** Carries out a line that was typed at the monitor. */
    void command(String line);

    /** Shows text to the person at the terminal. */
    void show(String text);
  }

  private final Actions actions;
  private final StringBuilder line = new StringBuilder();
  private boolean escaped;
  private boolean monitor;

  EscapeInput(InputStream keys, Actions actions) {
    super(keys);
    this.actions = actions;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    int count = read(one, 0, 1);
    return count < 0 ? -1 : one[0] & 0xff;
  }

  /** Reads at least one key for the guest, or the end; keys for VLS are carried out meanwhile. */
  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    byte[] keys = new byte[length];
    ByteArrayOutputStream forGuest = new ByteArrayOutputStream();
    while (forGuest.size() == 0) {
      int count = in.read(keys, 0, length);
      if (count < 0) {
        return -1;
      }
      for (int i = 0; i < count; i++) {
        key(keys[i] & 0xff, forGuest::write);
      }
      if (length == 0) {
        return 0;
      }
    }
    System.arraycopy(forGuest.toByteArray(), 0, target, offset, forGuest.size());
    return forGuest.size();
  }

  private void key(int key, IntConsumer guest) {
    if (escaped) {
      escaped = false;
      escape(key, guest);
    } else if (key == ESCAPE) {
      escaped = true;
    } else if (monitor) {
      edit(key);
    } else {
      guest.accept(key);
    }
  }

  private void escape(int key, IntConsumer guest) {
    switch (key) {
      case 'x' -> actions.quit();
      case 'c' -> toggle();
      case ESCAPE -> guest.accept(ESCAPE);
      default ->
          actions.show(
              "\nCtrl-A x quits, Ctrl-A c opens and closes the monitor, Ctrl-A Ctrl-A is Ctrl-A\n");
    }
  }

  private void toggle() {
    monitor = !monitor;
    line.setLength(0);
    actions.show(monitor ? "\n(vls) " : "\n");
  }

  private void edit(int key) {
    switch (key) {
      case '\r', '\n' -> {
        actions.show("\n");
        actions.command(line.toString().strip());
        line.setLength(0);
        actions.show("(vls) ");
      }
      case BACKSPACE, DELETE -> {
        if (!line.isEmpty()) {
          line.setLength(line.length() - 1);
          actions.show("\b \b");
        }
      }
      default -> {
        if (key >= ' ' && key < DELETE && line.length() < MAX_LINE) {
          line.append((char) key);
          actions.show(new String(new byte[] {(byte) key}, StandardCharsets.US_ASCII));
        }
      }
    }
  }
}

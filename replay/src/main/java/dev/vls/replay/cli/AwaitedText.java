package dev.vls.replay.cli;

import dev.vls.drivers.console.ConsoleMessage;
import dev.vls.sma.Backend;
import dev.vls.sma.Channel;
import dev.vls.sma.OutputMessage;
import java.util.Arrays;

/** A console that acts, once, when the guest has printed a text. */
final class AwaitedText implements Backend {
  private final Backend console;
  private final byte[] text;
  private final Runnable action;

  /** How many of the last bytes printed are the text's first; all of them once it was found. */
  private int matched;

  /**
   * @param text at least one byte
   * @param action must return soon
   */
  AwaitedText(Backend console, byte[] text, Runnable action) {
    this.console = console;
    this.text = text.clone();
    this.action = action;
  }

  @Override
  public void attach(Channel channel) {
    console.attach(channel);
  }

  @Override
  public void accept(OutputMessage message) {
    console.accept(message);
    if (message instanceof ConsoleMessage.ConsoleBytes(long from, byte[] bytes)) {
      for (int i = 0; i < bytes.length && matched < text.length; i++) {
        printed(bytes[i]);
      }
    }
  }

  private void printed(byte next) {
    while (matched > 0 && text[matched] != next) {
      matched = shorter();
    }
    if (text[matched] == next) {
      matched++;
    }
    if (matched == text.length) {
      action.run();
    }
  }

  /** Returns the next shorter beginning of the text that the matched bytes end with. */
  private int shorter() {
    for (int length = matched - 1; length > 0; length--) {
      if (Arrays.equals(text, 0, length, text, matched - length, matched)) {
        return length;
      }
    }
    return 0;
  }

  @Override
  public void close() {
    console.close();
  }
}

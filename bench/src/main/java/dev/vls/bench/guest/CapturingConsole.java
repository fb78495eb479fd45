package dev.vls.bench.guest;

import dev.vls.drivers.console.ConsoleMessage;
import dev.vls.sma.Backend;
import dev.vls.sma.Channel;
import dev.vls.sma.OutputMessage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A console that keeps what the guest says and says nothing itself. Domain's thread. */
final class CapturingConsole implements Backend {
  /** What is kept at most: no bench guest says more. */
  private static final int LIMIT_BYTES = 1 << 20;

  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private Channel channel;

  @Override
  public void attach(Channel next) {
    channel = next;
  }

  @Override
  public void accept(OutputMessage message) {
    if (message instanceof ConsoleMessage.ConsoleBytes said) {
      int room = LIMIT_BYTES - output.size();
      output.write(said.bytes(), 0, Math.min(room, said.bytes().length));
      channel.taken(said.weight());
    }
  }

  /** Returns what was said so far. */
  String text() {
    return output.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {}
}

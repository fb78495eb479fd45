package dev.vls.drivers.console;

import dev.vls.sma.Backend;
import dev.vls.sma.Channel;
import dev.vls.sma.HostException;
import dev.vls.sma.OutputMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Consumer;

/**
 * The console on a pair of streams, byte for byte; the end of the input stream ends input and
 * nothing else.
 */
public final class StdioConsole implements Backend {
  private static final int CHUNK_BYTES = 1024;

  private final InputStream input;
  private final Consumer<HostException> failure;
  private final ConsoleFeed feed = new ConsoleFeed("console-feed", CHUNK_BYTES);
  private final ConsoleWriter writer;
  private final Thread reader;

  /**
   * Creates the back-end; it reads nothing before it is attached.
   *
   * @param input is read on a thread of its own and stays open
   * @param output is written on another and stays open
   * @param failure told, once for each, of a stream that fails; any thread
   */
  public StdioConsole(InputStream input, OutputStream output, Consumer<HostException> failure) {
    this.input = input;
    this.failure = failure;
    writer = new ConsoleWriter("console-output", output, failure, ConsoleWriter.UNTIL_TAKEN);
    reader = Thread.ofPlatform().name("console-input").daemon().unstarted(this::read);
  }

  @Override
  public void attach(Channel channel) {
    writer.attach(channel);
    feed.attach(channel);
    if (reader.getState() == Thread.State.NEW) {
      reader.start();
    }
  }

  private void read() {
    byte[] bytes = new byte[CHUNK_BYTES];
    try {
      for (int count = input.read(bytes); count >= 0; count = input.read(bytes)) {
        feed.write(bytes, 0, count);
      }
    } catch (IOException cause) {
      failure.accept(
          new HostException(
              "the console's input cannot be read any more: " + cause.getMessage(), cause));
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void accept(OutputMessage message) {
    switch ((ConsoleMessage) message) {
      case ConsoleMessage.ConsoleBytes output -> writer.put(output.bytes());
      case ConsoleMessage.InputRoom room -> feed.room(room);
      case ConsoleMessage.InputAccepted accepted -> {}
    }
  }

  /**
   * Writes what is left of the output, however long its reader takes; a thread that waits in a read
   * of the input is left behind.
   */
  @Override
  public void close() {
    reader.interrupt();
    feed.close();
    writer.close();
  }
}

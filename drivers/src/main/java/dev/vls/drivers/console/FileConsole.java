package dev.vls.drivers.console;

import dev.vls.sma.Backend;
import dev.vls.sma.Channel;
import dev.vls.sma.HostException;
import dev.vls.sma.OutputMessage;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** The console's output in a file; no input. */
public final class FileConsole implements Backend {
  private final Path path;
  private final FileOutputStream file;
  private final Consumer<HostException> failure;
  private final ConsoleWriter writer;
  private boolean attached;

  /**
   * Creates the file if it is not there; what it holds is lost at {@link #attach} only, so that a
   * run that does not begin loses nothing.
   *
   * @param failure told of a file that cannot be written to any more; any thread
   * @throws HostException if it cannot be created
   */
  public FileConsole(Path path, Consumer<HostException> failure) throws HostException {
    this.path = path;
    this.failure = failure;
    try {
      file = new FileOutputStream(path.toFile(), true);
    } catch (IOException cause) {
      throw new HostException(
          "the console's file " + path + " cannot be created: " + cause.getMessage(), cause);
    }
    writer = new ConsoleWriter("console-file", file, failure, ConsoleWriter.UNTIL_TAKEN);
  }

  @Override
  public void attach(Channel channel) {
    empty();
    writer.attach(channel);
  }

  /** Once; a later attachment goes on where the one before it ended. */
  private void empty() {
    if (attached) {
      return;
    }
    attached = true;
    try {
      file.getChannel().truncate(0);
    } catch (IOException cause) {
      failure.accept(
          new HostException(
              "the console's file " + path + " cannot be emptied: " + cause.getMessage(), cause));
    }
  }

  @Override
  public void accept(OutputMessage message) {
    if (message instanceof ConsoleMessage.ConsoleBytes output) {
      writer.put(output.bytes());
    }
  }

  @Override
  public void close() {
    writer.close();
    try {
      file.close();
    } catch (IOException cause) {
      failure.accept(
          new HostException(
              "the console's file " + path + " is not complete: " + cause.getMessage(), cause));
    }
  }
}

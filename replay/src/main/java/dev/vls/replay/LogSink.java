package dev.vls.replay;

import dev.vls.log.EndFrame;
import dev.vls.log.Event;
import dev.vls.log.LogException;
import dev.vls.log.store.LogWriter;
import java.io.UncheckedIOException;

/** Writes a run's events to a log directory. */
public final class LogSink implements EventSink {
  private final LogWriter writer;

  /** Appends to {@code writer}; {@link #end} completes the log, the caller closes the writer. */
  public LogSink(LogWriter writer) {
    this.writer = writer;
  }

  @Override
  public void append(Event event) {
    try {
      writer.append(event);
    } catch (LogException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(
          new LogException(LogException.Kind.IO, "interrupted while writing the log", e));
    }
  }

  @Override
  public void end(EndFrame end) {
    try {
      writer.complete(end);
    } catch (LogException e) {
      throw new UncheckedIOException(e);
    }
  }
}

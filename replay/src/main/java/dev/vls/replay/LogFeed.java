package dev.vls.replay;

import dev.vls.log.LogException;
import dev.vls.log.store.LogReader;
import dev.vls.log.store.RecoveryReport;
import java.io.UncheckedIOException;

/** The events of a log directory. Not thread-safe. */
public final class LogFeed implements EventFeed {
  private final LogReader reader;
  private Item item;

  /** Reads from where {@code reader} stands; the caller closes it. */
  public LogFeed(LogReader reader) {
    this.reader = reader;
  }

  @Override
  public Item peek() {
    if (item == null) {
      item = read();
    }
    return item;
  }

  @Override
  public void advance() {
    item = null;
  }

  private Item read() {
    try {
      return reader.next().<Item>map(Item.Next::new).orElseGet(this::behindTheLast);
    } catch (LogException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Behind damage even an end that is whole does not follow from the events before. */
  private Item behindTheLast() {
    if (reader.recovery().state() == RecoveryReport.State.DAMAGED) {
      return new Item.Cut("the log is damaged after " + reader.sequence() + " events");
    }
    return reader
        .end()
        .<Item>map(Item.End::new)
        .orElseGet(() -> new Item.Cut("the log is cut after " + reader.sequence() + " events"));
  }
}

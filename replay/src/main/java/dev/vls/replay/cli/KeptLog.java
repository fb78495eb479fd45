package dev.vls.replay.cli;

import dev.vls.log.LogException;
import dev.vls.log.store.LogWriter;
import dev.vls.replay.EventSink;
import dev.vls.replay.LogSink;
import java.util.Optional;

/**
 * The log that one side of a pair keeps, if it was asked to.
 *
 * @param writer open; closed with this
 */
record KeptLog(Optional<LogWriter> writer) implements AutoCloseable {
  /** Returns where events go to be kept. */
  Optional<EventSink> sink() {
    return writer.map(LogSink::new);
  }

  /** Watches what is written. */
  void watchedBy(Watch watch) {
    writer.ifPresent(open -> watch.log(open.counters()));
  }

  @Override
  public void close() throws LogException {
    if (writer.isPresent()) {
      writer.get().close();
    }
  }
}

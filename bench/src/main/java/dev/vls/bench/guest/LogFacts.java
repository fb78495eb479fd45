package dev.vls.bench.guest;

import dev.vls.bench.result.Metric;
import dev.vls.log.LogException;
import dev.vls.log.store.LogReader;
import dev.vls.log.store.LogStatistics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a finished log consists of, read back from its directory. */
public final class LogFacts {
  private LogFacts() {}

  /**
   * Returns frames and bytes by type, and the bytes of all files but manifest and images.
   *
   * @throws IOException if the log cannot be read
   */
  static Map<Metric, Double> of(Path log) throws IOException {
    LogStatistics statistics = statistics(log);
    Map<Metric, Double> values = new EnumMap<>(Metric.class);
    values.put(Metric.BRK_FRAMES, (double) statistics.brk().count());
    values.put(Metric.BRK_BYTES, (double) statistics.brk().bytes());
    values.put(Metric.SMA_FRAMES, (double) statistics.sma().count());
    values.put(Metric.SMA_BYTES, (double) statistics.sma().bytes());
    values.put(Metric.DIGESTS, (double) statistics.digests());
    values.put(Metric.LOG_BYTES, (double) fileBytes(log));
    return values;
  }

  private static LogStatistics statistics(Path log) throws LogException {
    try (LogReader reader = LogReader.open(log)) {
      return LogStatistics.of(reader, Long.MAX_VALUE);
    }
  }

  private static long fileBytes(Path log) throws IOException {
    long bytes = 0;
    for (Path file : filesOf(log)) {
      bytes += Files.size(file);
    }
    return bytes;
  }

  /** Segments and the index; the manifest's size is the configuration's, not the run's. */
  private static List<Path> filesOf(Path log) throws IOException {
    try (Stream<Path> files = Files.list(log)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().equals("manifest"))
          .toList();
    }
  }
}

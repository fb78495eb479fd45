package dev.vls.log.store;

import dev.vls.log.BrkFrame.InstantKind;
import dev.vls.log.Event;
import dev.vls.log.LogException;
import dev.vls.log.LogPosition;
import dev.vls.log.MachineConfig;
import dev.vls.log.Manifest;
import dev.vls.log.SmaFrame;
import dev.vls.log.frame.FrameSizes;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a log consists of; {@code vls log stat} prints it.
 *
 * @param brk BRK frames
 * @param sma SMA frames
 * @param kinds events by instant kind
 * @param channels SMA frames by channel
 * @param intervalInstructions length of an interval, in instructions
 * @param intervals events by interval of instret: interval n begins at n * intervalInstructions;
 *     those without events are left out
 * @param digests events with a state digest
 * @param remarks events with a remark of somebody outside
 * @param first position of the first event
 * @param last position of the last event
 */
public record LogStatistics(
    Tally brk,
    Tally sma,
    Map<InstantKind, Tally> kinds,
    SortedMap<Integer, Tally> channels,
    long intervalInstructions,
    SortedMap<Long, Tally> intervals,
    long digests,
    long remarks,
    Optional<LogPosition> first,
    Optional<LogPosition> last) {
  private static final int SHOWN_INTERVALS = 64;

  /**
   * Frames (or events) and their bytes, framing included.
   *
   * @param count how many
   * @param bytes of all of them
   */
  public record Tally(long count, long bytes) {
    private static final Tally NONE = new Tally(0, 0);

    private Tally plus(long moreBytes) {
      return new Tally(count + 1, bytes + moreBytes);
    }
  }

  /** Makes the maps unmodifiable. */
  public LogStatistics {
    kinds = Collections.unmodifiableMap(kinds);
    channels = Collections.unmodifiableSortedMap(channels);
    intervals = Collections.unmodifiableSortedMap(intervals);
  }

  /**
   * Counts all events that {@code reader} still returns.
   *
   * @param intervalInstructions length of an interval, at least 1
   * @throws LogException as {@link LogReader#next}
   */
  public static LogStatistics of(LogReader reader, long intervalInstructions) throws LogException {
    if (intervalInstructions < 1) {
      throw new IllegalArgumentException(
          "an interval has at least 1 instruction, found " + intervalInstructions);
    }
    Count count = new Count(intervalInstructions);
    for (Optional<Event> e = reader.next(); e.isPresent(); e = reader.next()) {
      count.add(e.get());
    }
    return count.result();
  }

  /** Returns the number of events. */
  public long events() {
    return brk.count();
  }

  /**
   * Returns several lines for a person.
   *
   * @param manifest of the log, whose devices the channels are named after
   */
  public String text(Manifest manifest) {
    Formatter out = new Formatter(Locale.ROOT);
    out.format("events        %,d%s\n", events(), range());
    out.format("BRK frames    %,d, %,d bytes%s\n", brk.count(), brk.bytes(), average(brk));
    out.format("SMA frames    %,d, %,d bytes%s\n", sma.count(), sma.bytes(), average(sma));
    out.format("state digests %,d\n", digests);
    out.format("remarks       %,d\n", remarks);
    kinds.forEach(
        (kind, t) -> out.format("  %-10s  %,d events, %,d bytes\n", kind, t.count(), t.bytes()));
    channels.forEach(
        (channel, t) ->
            out.format(
                "  %-10s  %,d frames, %,d bytes\n",
                channelName(channel, manifest.machine().devices()), t.count(), t.bytes()));
    intervals(out);
    return out.toString();
  }

  /** Channels are numbered from 1, in the order of the devices. */
  private static String channelName(int channel, List<MachineConfig.Device> devices) {
    return channel >= 1 && channel <= devices.size()
        ? devices.get(channel - 1).name()
        : "channel " + Integer.toUnsignedString(channel);
  }

  private void intervals(Formatter out) {
    out.format("by %,d instructions:\n", intervalInstructions);
    intervals.entrySet().stream()
        .limit(SHOWN_INTERVALS)
        .forEach(
            e ->
                out.format(
                    "  from %,d: %,d events, %,d bytes\n",
                    e.getKey() * intervalInstructions, e.getValue().count(), e.getValue().bytes()));
    if (intervals.size() > SHOWN_INTERVALS) {
      out.format("  and %,d more intervals with events\n", intervals.size() - SHOWN_INTERVALS);
    }
  }

  private String range() {
    return first.isEmpty() ? "" : " from " + first.get() + " to " + last.orElseThrow();
  }

  private static String average(Tally tally) {
    return tally.count() == 0
        ? ""
        : String.format(Locale.ROOT, " (%.1f each)", (double) tally.bytes() / tally.count());
  }

  private static final class Count {
    private final long intervalInstructions;
    private final Map<InstantKind, Tally> kinds = new EnumMap<>(InstantKind.class);
    private final SortedMap<Integer, Tally> channels = new TreeMap<>(Integer::compareUnsigned);
    private final SortedMap<Long, Tally> intervals = new TreeMap<>();
    private Tally brk = Tally.NONE;
    private Tally sma = Tally.NONE;
    private long digests;
    private long remarks;
    private LogPosition first;
    private LogPosition last;

    Count(long intervalInstructions) {
      this.intervalInstructions = intervalInstructions;
    }

    void add(Event event) {
      long bytes = FrameSizes.brk(event.brk());
      brk = brk.plus(bytes);
      for (SmaFrame frame : event.sma()) {
        int size = FrameSizes.sma(frame);
        sma = sma.plus(size);
        add(channels, frame.channel(), size);
        bytes += size;
      }
      add(kinds, event.brk().kind(), bytes);
      add(intervals, event.position().instret() / intervalInstructions, bytes);
      digests += event.brk().digest().isPresent() ? 1 : 0;
      remarks += event.brk().remark().isEmpty() ? 0 : 1;
      first = first == null ? event.position() : first;
      last = event.position();
    }

    LogStatistics result() {
      return new LogStatistics(
          brk,
          sma,
          kinds,
          channels,
          intervalInstructions,
          intervals,
          digests,
          remarks,
          Optional.ofNullable(first),
          Optional.ofNullable(last));
    }

    private static <K> void add(Map<K, Tally> map, K key, long bytes) {
      map.put(key, map.getOrDefault(key, Tally.NONE).plus(bytes));
    }
  }
}

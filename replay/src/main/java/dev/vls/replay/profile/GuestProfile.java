package dev.vls.replay.profile;

import dev.vls.vmm.engine.Whereabouts;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Samples where an engine is, once a millisecond, on a thread of its own.
 *
 * <p>An address is one at which the engine turned to code, not that of an instruction in it: a
 * loop, a function or what follows a call, and what is reached from there until it comes back to
 * the dispatcher (docs/translator.md).
 */
public final class GuestProfile implements AutoCloseable {
  private static final long PERIOD_NS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int ROWS = 25;

  private final Whereabouts whereabouts;
  private final Thread thread;
  private final Map<Long, Long> samples = new HashMap<>();
  private volatile boolean closed;

  /** Creates a profile without samples. */
  public GuestProfile(Whereabouts whereabouts) {
    this.whereabouts = whereabouts;
    thread = Thread.ofPlatform().daemon().name("vls-profile").unstarted(this::sample);
  }

  /** Begins to sample, once. */
  public void start() {
    thread.start();
  }

  private void sample() {
    while (!closed) {
      take(whereabouts.word());
      LockSupport.parkNanos(PERIOD_NS);
    }
  }

  private synchronized void take(long word) {
    samples.merge(word, 1L, Long::sum);
  }

  /**
   * Returns the table of what was sampled so far, the places with most samples first.
   *
   * @param symbols names addresses
   */
  public synchronized String table(GuestSymbols symbols) {
    return table(Map.copyOf(samples), symbols);
  }

  /** Returns the table of these samples by {@link Whereabouts#word}. */
  static String table(Map<Long, Long> samples, GuestSymbols symbols) {
    long outside = samples.getOrDefault(Whereabouts.OUTSIDE, 0L);
    List<Map.Entry<Long, Long>> places =
        samples.entrySet().stream()
            .filter(place -> place.getKey() != Whereabouts.OUTSIDE)
            .sorted(
                Map.Entry.<Long, Long>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey(Long::compareUnsigned)))
            .toList();
    long inside = places.stream().mapToLong(Map.Entry::getValue).sum();
    StringBuilder text = new StringBuilder();
    text.append(
        "profile: %d samples of guest code, %d while none ran%n".formatted(inside, outside));
    text.append("%7s  %-11s  %-18s  symbol%n".formatted("percent", "tier", "address"));
    for (Map.Entry<Long, Long> place : places.subList(0, Math.min(ROWS, places.size()))) {
      long word = place.getKey();
      text.append(
          "%7.2f  %-11s  0x%-16x  %s%n"
              .formatted(
                  100.0 * place.getValue() / inside,
                  Whereabouts.isTranslated(word) ? "translated" : "interpreted",
                  Whereabouts.pc(word),
                  symbols.of(Whereabouts.pc(word))));
    }
    if (places.size() > ROWS) {
      long rest = places.stream().skip(ROWS).mapToLong(Map.Entry::getValue).sum();
      text.append(
          "%7.2f  in %d other places%n".formatted(100.0 * rest / inside, places.size() - ROWS));
    }
    return text.toString();
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}

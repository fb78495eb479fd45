package dev.vls.bench.guest;

import dev.vls.bench.result.Trace;
import dev.vls.log.store.LogCounters;
import dev.vls.sma.DomainCounters;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Looks at a running domain's counters from a thread of its own. The domain publishes them for its
 * meters anyway, so that its thread does no more than without a sampler.
 */
final class TraceSampler implements AutoCloseable {
  private static final long FIRST_INTERVAL_MS = 5;
  private static final long LAST_INTERVAL_MS = 40;

  /** With so many points every other one goes, and the interval doubles: short runs need many. */
  private static final int THINNED_AT = 200;

  private static final double NS_PER_S = 1e9;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final DomainCounters counters;
  private final Optional<LogCounters> log;
  private final long domainThread = Thread.currentThread().threadId();
  private final List<Trace.Point> points = new ArrayList<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final long startNs;
  private final long startCpuNs;
  private final Thread thread;

  /** Begins, on the domain's thread. */
  TraceSampler(DomainCounters counters, Optional<LogCounters> log) {
    this.counters = counters;
    this.log = log;
    startNs = System.nanoTime();
    startCpuNs = THREADS.getThreadCpuTime(domainThread);
    points.add(new Trace.Point(0, 0, 0, 0, 0));
    thread = Thread.ofPlatform().name("bench-sampler").daemon().start(this::sample);
  }

  /** Ends and returns everything; domain's thread. */
  Trace stop() throws InterruptedException {
    close();
    thread.join();
    points.add(look());
    return new Trace(points);
  }

  /** Ends the thread. */
  @Override
  public void close() {
    ended.countDown();
  }

  private void sample() {
    try {
      long intervalMs = FIRST_INTERVAL_MS;
      while (!ended.await(intervalMs, TimeUnit.MILLISECONDS)) {
        points.add(look());
        if (points.size() == THINNED_AT && intervalMs < LAST_INTERVAL_MS) {
          thin();
          intervalMs *= 2;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void thin() {
    for (int i = 0; i < THINNED_AT / 2; i++) {
      points.set(i, points.get(2 * i));
    }
    points.subList(THINNED_AT / 2, THINNED_AT).clear();
  }

  private Trace.Point look() {
    return new Trace.Point(
        (System.nanoTime() - startNs) / NS_PER_S,
        (THREADS.getThreadCpuTime(domainThread) - startCpuNs) / NS_PER_S,
        counters.steps(),
        log.map(LogCounters::brkBytes).orElse(0L),
        log.map(LogCounters::smaBytes).orElse(0L));
  }
}

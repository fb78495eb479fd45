package dev.vls.bench.guest;

import com.sun.management.OperatingSystemMXBean;
import dev.vls.bench.result.Metric;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Map;

/** The clocks of a run, read together at its start and its end by the same thread. */
final class Clocks {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private static final double NS_PER_S = 1e9;

  private final long processNs = SYSTEM.getProcessCpuTime();
  private final long wallNs = System.nanoTime();
  private final long threadNs = THREADS.getCurrentThreadCpuTime();

  private Clocks() {}

  /** Reads the clocks. */
  static Clocks start() {
    return new Clocks();
  }

  /** Puts what has passed since into {@code values}. Same thread. */
  void stop(Map<Metric, Double> values) {
    long threadEndNs = THREADS.getCurrentThreadCpuTime();
    values.put(Metric.CPU, (threadEndNs - threadNs) / NS_PER_S);
    values.put(Metric.WALL, (System.nanoTime() - wallNs) / NS_PER_S);
    values.put(Metric.PROCESS_CPU, (SYSTEM.getProcessCpuTime() - processNs) / NS_PER_S);
  }
}

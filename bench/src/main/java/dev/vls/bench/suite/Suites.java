package dev.vls.bench.suite;

import java.util.List;

/** The suites that there are. */
public final class Suites {
  /** All, in the order in which they run. */
  public static final List<Suite> ALL =
      List.of(
          new CpuSuite(),
          new CostSuite(),
          new IoSuite(),
          new LogSuite(),
          new ReplaySuite(),
          new MicroSuite(),
          new FailoverSuite(),
          new StartupSuite());

  private Suites() {}
}

package dev.vls.bench.result;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a run went on: its counters, looked at every few milliseconds.
 *
 * @param points in order; the first is the run's start, the last its end
 */
public record Trace(List<Point> points) {
  /** Share of the steady speed at which a run counts as warm. */
  public static final double WARM = 0.8;

  private static final int FEWEST_POINTS = 3; // behind the half, or it says nothing
  private static final double WINDOW_S = 0.1;

  /**
   * Counters at one moment, all from the run's start.
   *
   * @param wall seconds
   * @param cpu seconds of the domain's thread
   * @param steps instructions and traps
   * @param brkBytes bytes of BRK frames in the log, 0 where there is none
   * @param smaBytes bytes of SMA frames in the log, 0 where there is none
   */
  public record Point(double wall, double cpu, long steps, long brkBytes, long smaBytes) {
    private double speedUntil(Point later) {
      return (later.steps - steps) / (later.cpu - cpu);
    }
  }

  /** Copies the points. */
  public Trace {
    points = List.copyOf(points);
  }

  /**
   * Puts the steady state, which is the second half of the steps, into {@code values}, and when it
   * was reached; nothing where the run is too short to tell.
   *
   * @param instructions what retired in all: some steps are traps
   */
  public void putSteady(double instructions, Map<Metric, Double> values) {
    Optional<Point> half = half();
    if (half.isEmpty()) {
      return;
    }
    Point from = half.get();
    Point to = points.getLast();
    double share = (double) (to.steps - from.steps) / to.steps;
    values.put(Metric.STEADY_INSTRUCTIONS, instructions * share);
    values.put(Metric.STEADY_CPU, to.cpu - from.cpu);
    values.put(Metric.STEADY_WALL, to.wall - from.wall);
    values.put(Metric.WARM_UP, warmUp(WARM * from.speedUntil(to)));
  }

  private Optional<Point> half() {
    Point end = points.getLast();
    return points.stream()
        .filter(point -> point.steps * 2 >= end.steps)
        .findFirst()
        .filter(point -> points.indexOf(point) + FEWEST_POINTS < points.size())
        .filter(point -> point.cpu < end.cpu);
  }

  /** Returns the wall time at the end of the first window that is as fast as {@code speed}. */
  private double warmUp(double speed) {
    int from = 0;
    for (Point to : points) {
      while (to.wall - points.get(from + 1).wall >= WINDOW_S) {
        from++;
      }
      if (to.wall - points.get(from).wall >= WINDOW_S && points.get(from).speedUntil(to) >= speed) {
        return to.wall;
      }
    }
    return Double.NaN;
  }
}

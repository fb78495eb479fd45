package dev.vls.bench.result;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TraceTest {
  private static final double SLOWER_WALL = 2; // wall seconds for a CPU second

  @Test
  void shouldMeasureTheSecondHalfWhenTheFirstWarmsUp() {
    Map<Metric, Double> values = new EnumMap<>(Metric.class);

    trace(10, 10, 100, 100, 100, 100, 100, 100).putSteady(620, values);

    // The half of 620 lies within the fifth point: the rest of 300 steps took three CPU seconds.
    assertEquals(300, values.get(Metric.STEADY_INSTRUCTIONS), 1e-9);
    assertEquals(3, values.get(Metric.STEADY_CPU), 1e-9);
    assertEquals(6, values.get(Metric.STEADY_WALL), 1e-9);
    // An interval of 100 is the first that is fast enough.
    assertEquals(6, values.get(Metric.WARM_UP), 1e-9);
  }

  @Test
  void shouldNotTakeAFastMomentForWarm() {
    List<Trace.Point> points = new ArrayList<>();
    long[] steps = {0, 10, 110, 120, 130, 230, 330, 430, 530, 630, 730, 830};
    for (int i = 0; i < steps.length; i++) {
      points.add(new Trace.Point(i * 0.04, i * 0.04, steps[i], 0, 0));
    }
    Map<Metric, Double> values = new EnumMap<>(Metric.class);

    new Trace(points).putSteady(830, values);

    // Of 100 ms or more, the first that is at 80 % of 2,500 a second, ends at the eighth point.
    assertEquals(0.28, values.get(Metric.WARM_UP), 1e-9);
  }

  @Test
  void shouldCountInstructionsOnlyWhenSomeStepsAreTraps() {
    Map<Metric, Double> values = new EnumMap<>(Metric.class);

    trace(100, 100, 100, 100, 100, 100, 100, 100).putSteady(400, values);

    assertEquals(200, values.get(Metric.STEADY_INSTRUCTIONS), 1e-9);
  }

  @Test
  void shouldSayNothingWhenTheRunIsShort() {
    Map<Metric, Double> values = new EnumMap<>(Metric.class);

    trace(10, 100, 100).putSteady(210, values);

    assertEquals(Map.of(), values);
  }

  /** A trace with one point a CPU second. */
  private static Trace trace(long... steps) {
    List<Trace.Point> points = new ArrayList<>();
    points.add(new Trace.Point(0, 0, 0, 0, 0));
    long sum = 0;
    for (long more : steps) {
      sum += more;
      int cpu = points.size();
      points.add(new Trace.Point(cpu * SLOWER_WALL, cpu, sum, 0, 0));
    }
    return new Trace(points);
  }
}

package dev.vls.bench.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.bench.result.Sample.Phase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SamplesTest {
  private static final String SUITE = "s";
  private final Samples samples = new Samples();

  @Test
  void shouldDividePairByPairWhenTheHostSlowsDown() {
    // Both slow down tenfold from the first round to the second; each pair still says 1.1.
    add(Variant.PLAIN, Phase.STEADY, 0, 1);
    add(Variant.RECORD, Phase.STEADY, 0, 1.1);
    add(Variant.RECORD, Phase.STEADY, 1, 11);
    add(Variant.PLAIN, Phase.STEADY, 1, 10);

    Distribution ratio = samples.ratio(SUITE, "g", Variant.RECORD, Variant.PLAIN, Metric.CPU);

    assertEquals(2, ratio.count());
    assertEquals(1.1, ratio.min(), 1e-9);
    assertEquals(1.1, ratio.max(), 1e-9);
  }

  @Test
  void shouldKeepWarmUpOutOfRatiosAndMedians() {
    add(Variant.PLAIN, Phase.WARM_UP, 0, 100);
    add(Variant.RECORD, Phase.WARM_UP, 0, 1);
    add(Variant.PLAIN, Phase.STEADY, 0, 2);
    add(Variant.RECORD, Phase.STEADY, 0, 4);

    assertEquals(
        Distribution.of(2), samples.ratio(SUITE, "g", Variant.RECORD, Variant.PLAIN, Metric.CPU));
    assertEquals(
        Distribution.of(2), samples.steady(SUITE, "g", Variant.PLAIN, s -> s.value(Metric.CPU)));
    assertEquals(
        Distribution.of(100), samples.warmUp(SUITE, "g", Variant.PLAIN, s -> s.value(Metric.CPU)));
  }

  @Test
  void shouldHaveNoRatioWhenAPairIsNotWhole() {
    add(Variant.PLAIN, Phase.STEADY, 0, 1);
    add(Variant.RECORD, Phase.STEADY, 1, 1);

    assertEquals(0, samples.ratio(SUITE, "g", Variant.RECORD, Variant.PLAIN, Metric.CPU).count());
    assertEquals(0, samples.ratio(SUITE, "g", Variant.PLAIN, Variant.PLAIN, Metric.CLOSE).count());
  }

  @Test
  void shouldTellWhatRan() {
    add(Variant.PLAIN, Phase.STEADY, 0, 1);

    assertEquals(List.of("g"), samples.subjects(SUITE));
    assertEquals(List.of(), samples.subjects("other"));
    assertTrue(samples.has(SUITE, Variant.PLAIN));
    assertFalse(samples.has(SUITE, Variant.REPLAY));
  }

  private void add(Variant variant, Phase phase, int round, double seconds) {
    samples.add(new Sample(SUITE, "g", variant, phase, round, Map.of(Metric.CPU, seconds)));
  }
}

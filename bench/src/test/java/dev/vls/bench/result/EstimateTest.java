package dev.vls.bench.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EstimateTest {
  private static final double EXACT = 1e-12;

  @Test
  void shouldBeTheMeanWhenValuesAreFew() {
    Estimate estimate = Estimate.of(List.of(1.0, 2.0, 3.0, Double.NaN));

    assertEquals(3, estimate.count());
    assertEquals(2, estimate.mean(), EXACT);
    assertEquals(1 / Math.sqrt(3), estimate.error(), EXACT);
  }

  @Test
  void shouldIgnoreATenthAtEachEnd() {
    List<Double> values = List.of(5.0, 6.0, 4.0, 5.0, -1e6, 1e6, 5.0, 4.0, 6.0, 5.0);

    Estimate estimate = Estimate.of(values);

    assertEquals(5, estimate.mean(), EXACT);
    // Put at the ends, the ten are 4 4 4 5 5 5 5 6 6 6; eight of them are kept.
    assertEquals(Math.sqrt(6.0 / 9 * 10) / 8, estimate.error(), EXACT);
  }

  @Test
  void shouldHoldTheTruthWithinTwoErrorsNineteenTimesOfTwenty() {
    Random random = new Random(7);
    int held = 0;
    for (int i = 0; i < 1_000; i++) {
      Estimate estimate =
          Estimate.of(Stream.generate(() -> random.nextGaussian(3, 2)).limit(100).toList());
      held += Math.abs(estimate.mean() - 3) < 2 * estimate.error() ? 1 : 0;
    }
    assertTrue(held > 930 && held < 975, "held the truth " + held + " times of 1,000");
  }

  @Test
  void shouldSayNothingWhenThereIsNothing() {
    assertEquals(new Estimate(0, Double.NaN, Double.NaN), Estimate.of(List.of()));
    assertEquals(Distribution.NONE, Estimate.of(List.of(1.0)).distribution());
    assertEquals(Distribution.NONE, Estimate.mean(List.of()).distribution());
  }

  @Test
  void shouldBeSurerWhenThereAreSeveral() {
    Estimate mean = Estimate.mean(List.of(new Estimate(9, 1, 0.3), new Estimate(4, 3, 0.4)));

    assertEquals(new Estimate(13, 2, 0.25), mean);
    assertEquals(new Distribution(13, 2, 1.5, 2.5), mean.distribution());
  }
}

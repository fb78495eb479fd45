package dev.vls.bench.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class DistributionTest {
  @Test
  void shouldTakeTheMiddleWhenTheNumberOfValuesIsOdd() {
    assertEquals(new Distribution(3, 2, 1, 9), Distribution.of(9, 1, 2));
  }

  @Test
  void shouldTakeTheMeanOfTheMiddleTwoWhenTheNumberIsEven() {
    assertEquals(new Distribution(4, 2.5, 1, 9), Distribution.of(9, 1, 2, 3));
  }

  @Test
  void shouldLeaveOutWhatIsNoNumber() {
    assertEquals(
        new Distribution(1, 5, 5, 5), Distribution.of(Double.NaN, 5, Double.POSITIVE_INFINITY));
    assertSame(Distribution.NONE, Distribution.of(Double.NaN));
  }

  @Test
  void shouldGiveTheRangeAsAShareOfTheMedian() {
    assertEquals(0.5, Distribution.of(8, 10, 13).spread(), 1e-9);
    assertEquals(0, Distribution.of(7).spread());
    assertEquals(0, Distribution.NONE.spread());
  }

  @Property
  void shouldKeepTheMedianWithinTheRange(
      @ForAll @Size(min = 1, max = 20) List<@DoubleRange(min = -1e6, max = 1e6) Double> values) {
    Distribution all = Distribution.of(values.stream().mapToDouble(Double::doubleValue));
    assertEquals(values.size(), all.count());
    assertTrue(all.min() <= all.median() && all.median() <= all.max());
  }
}

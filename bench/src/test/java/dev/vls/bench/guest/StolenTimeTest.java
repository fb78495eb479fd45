package dev.vls.bench.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StolenTimeTest {
  @Test
  void shouldReadTheEighthNumberOfAllCores() {
    assertEquals(
        1292.59,
        StolenTime.parse(
            """
            cpu  2804416 0 101452 2066822 3812 0 11782 129259 17 4
            cpu0 1378440 0 51102 1056376 2218 0 5873 65087 0 0
            cpu1 1425975 0 50350 1010445 1594 0 5908 64172 0 0
            intr 37083913 0 9 0
            """),
        1e-9);
    assertEquals(0.08, StolenTime.parse("cpu  1 2 3 4 5 6 7 8\n"), 1e-9);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "cpu",
        "cpu  1 2 3 4 5 6 7\ncpu0 1 2 3 4 5 6 7\n",
        "cpu  1 2 3 4\ncpu0 1 2 3 4 5 6 7 8\n",
        "cpu0 1 2 3 4 5 6 7 8 9 10\n",
        "cpu  1 2 3 4 5 6 7 -8 9 10\n",
        "cpu  1 2 3 4 5 6 7 x 9 10\n",
        "no such thing"
      })
  void shouldKnowNothingWhenTheKernelDoesNotSay(String stat) {
    assertEquals(Double.NaN, StolenTime.parse(stat));
  }

  @Test
  void shouldTakeAnyNumberWhenItIsTooLongForALong() {
    assertEquals(1e28, StolenTime.parse("cpu  1 2 3 4 5 6 7 1" + "0".repeat(30) + "\n"), 1e20);
  }
}

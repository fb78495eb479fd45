package dev.vls.bench.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.bench.result.Finding.Verdict;
import org.junit.jupiter.api.Test;

class FindingTest {
  @Test
  void shouldSayMissedWhenTheMedianIsPastTheLimit() {
    Finding finding = new Finding("cost", Distribution.of(0.5, 1.5, 1.6), 1, "%");

    assertEquals(Verdict.MISSED, finding.verdict());
    assertTrue(finding.doubtful());
    assertEquals(
        "cost: 1.50 % (0.50 to 1.60, 3 values), target at most 1.00 %: MISSED (single values lie on"
            + " both sides)",
        finding.text());
  }

  @Test
  void shouldSayMetWhenEverythingIsWithinTheLimit() {
    Finding finding = new Finding("log", Distribution.of(2000), 2000, "B/s");

    assertEquals(Verdict.MET, finding.verdict());
    assertFalse(finding.doubtful());
    assertEquals("log: 2,000 B/s, target at most 2,000 B/s: met", finding.text());
  }

  @Test
  void shouldSayNotMeasuredWhenThereIsNoValue() {
    assertEquals(
        "log: target 2.00 B/s: not measured",
        new Finding("log", Distribution.NONE, 2, "B/s").text());
  }
}

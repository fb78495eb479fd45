package dev.vls.bench.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.bench.result.Finding.Verdict;
import org.junit.jupiter.api.Test;

class FindingTest {
  @Test
  void shouldSayMissedWhenTheMedianIsPastTheLimit() {
    Finding finding = Finding.atMost("cost", Distribution.of(0.5, 1.5, 1.6), 1, "%");

    assertEquals(Verdict.MISSED, finding.verdict());
    assertTrue(finding.doubtful());
    assertEquals(
        "cost: 1.50 % (0.50 to 1.60, 3 values), target at most 1.00 %: MISSED by 0.50 %"
            + " (single values lie on both sides)",
        finding.text());
  }

  @Test
  void shouldSayMetWhenEverythingIsWithinTheLimit() {
    Finding finding = Finding.atMost("log", Distribution.of(2000), 2000, "B/s");

    assertEquals(Verdict.MET, finding.verdict());
    assertFalse(finding.doubtful());
    assertEquals("log: 2,000 B/s, target at most 2,000 B/s: MET by 0.00 %", finding.text());
  }

  @Test
  void shouldSayNotMeasuredWhenThereIsNoValue() {
    assertEquals(
        "log: target at most 2.00 B/s: not measured",
        Finding.atMost("log", Distribution.NONE, 2, "B/s").text());
  }

  @Test
  void shouldSayByHowMuchWhenMoreIsBetter() {
    Finding missed = Finding.atLeast("speed", Distribution.of(1.5), 2, "times");

    assertEquals(Verdict.MISSED, missed.verdict());
    assertEquals("speed: 1.50 times, target at least 2.00 times: MISSED by 25.00 %", missed.text());
    assertEquals(Verdict.MET, Finding.atLeast("speed", Distribution.of(2.5), 2, "times").verdict());
  }
}

package dev.vls.bench.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vls.bench.result.Finding;
import dev.vls.bench.result.Metric;
import dev.vls.bench.result.Sample;
import dev.vls.bench.result.Sample.Phase;
import dev.vls.bench.result.Samples;
import dev.vls.bench.result.Section;
import dev.vls.bench.result.Variant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CostSuiteTest {
  private final Samples samples = new Samples();
  private final CostSuite suite = new CostSuite();

  private void add(Variant variant, String guest, Map<Metric, Double> values) {
    int round = samples.estimates(CostSuite.NAME, guest, variant, _ -> null).size();
    samples.add(new Sample(CostSuite.NAME, guest, variant, Phase.STEADY, round, values));
  }

  private void ratios(Variant variant, String guest, double... ratios) {
    for (double ratio : ratios) {
      add(
          variant,
          guest,
          Map.of(Metric.RATIO, ratio, Metric.RATIO_ERROR, 0.0123, Metric.TURNS, 150.0));
    }
  }

  private void recorded(String guest, double cost) {
    add(
        Variant.SWITCHED,
        guest,
        Map.of(
            Metric.COST, cost,
            Metric.COST_ERROR, 0.001,
            Metric.TURNS, 400.0,
            Metric.EVENTS, 2_200.0,
            Metric.WALL, 20.0));
  }

  @Test
  void shouldNameTheDearestWithPagingAndTheSlowestInReplay() {
    ratios(Variant.PAGED_IN_TURNS, "core", 1.10, 1.30, 1.20);
    ratios(Variant.PAGED_IN_TURNS, "fib", 1.05, 1.50, 1.06);
    ratios(Variant.REPLAYED_IN_TURNS, "core", 1.04, 1.02, 1.03);
    ratios(Variant.REPLAYED_IN_TURNS, "traps", 0.97, 1.20, 0.96);

    assertEquals(
        List.of(
            "Sv39 paging on beside off, in turns, dearest guest, core: 20.00 % (10.00 to 30.00, 3"
                + " values), target at most 15.00 %: MISSED by 5.00 % (single values lie on both"
                + " sides)",
            "replay beside recording, in turns, slowest guest, traps: 0.97 times (0.96 to 1.20, 3"
                + " values), target at least 1.00 times: MISSED by 3.00 % (single values lie on"
                + " both sides)"),
        suite.findings(samples).stream().map(Finding::text).toList());
  }

  @Test
  void shouldTellWhatRecordingCostsInTheMean() {
    recorded("core", 0.002);
    recorded("fib", 0.004);

    Finding finding = suite.findings(samples).getFirst();

    assertEquals(0.3, finding.measured().median(), 1e-9);
    assertEquals(Finding.Verdict.MET, finding.verdict());
    assertEquals(1, suite.findings(samples).size());
  }

  @Test
  void shouldHaveATableForWhatWasMeasured() {
    assertEquals(List.of(), suite.sections(samples));
    ratios(Variant.PAGED_IN_TURNS, "core", 1.10, 1.30, 1.20);
    ratios(Variant.PAGED_IN_TURNS, "fib", 0.97);
    ratios(Variant.REPLAYED_IN_TURNS, "traps", 0.97, 1.20);

    List<Section> sections = suite.sections(samples);

    assertEquals(2, sections.size());
    assertEquals(
        List.of(
            List.of("core", "20.0 (10.0..30.0) %", "2.5", "3 x 150"),
            List.of("fib", "-3.0 %", "2.5", "150")),
        sections.getFirst().table().rows());
    assertEquals(
        List.of(List.of("traps", "1.085 (0.970..1.200)", "0.025", "2 x 150")),
        sections.getLast().table().rows());

    recorded("core", 0.002);
    assertEquals(
        List.of(List.of("core", "0.20 ±0.20 %", "400", "110.0")),
        suite.sections(samples).getFirst().table().rows());
    assertEquals(3, suite.sections(samples).size());
  }
}

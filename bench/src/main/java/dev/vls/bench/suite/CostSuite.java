package dev.vls.bench.suite;

import dev.vls.bench.guest.BenchGuest;
import dev.vls.bench.result.Estimate;
import dev.vls.bench.result.Finding;
import dev.vls.bench.result.Metric;
import dev.vls.bench.result.Numbers;
import dev.vls.bench.result.Samples;
import dev.vls.bench.result.Section;
import dev.vls.bench.result.TextTable;
import dev.vls.bench.result.Variant;
import java.util.List;

/**
 * What recording costs CPU-bound guests, with both sides in one run: the recorder sees some events
 * and not others. Two runs differ by more than recording costs, because HotSpot does not compile
 * the same code alike twice. Events are ten times as many as such a guest has by itself: more turns
 * in the same time, and a bound of what it costs with fewer.
 */
final class CostSuite implements Suite {
  static final String NAME = "cost";

  private static final double LIMIT_PERCENT = 1;

  @Override
  public String name() {
    return NAME;
  }

  /** Less time than it takes would tell nothing. */
  @Override
  public boolean isQuick() {
    return false;
  }

  @Override
  public void run(Bench bench) throws Exception {
    for (BenchGuest guest : BenchGuest.ALL) {
      if (CpuSuite.chosen(bench.config(), guest.name())) {
        bench.compare(
            NAME, guest.name(), List.of(List.of(Variant.SWITCHED)), new GuestTrial(bench, guest));
      }
    }
  }

  @Override
  public List<Section> sections(Samples samples) {
    if (samples.subjects(NAME).isEmpty()) {
      return List.of();
    }
    TextTable table = new TextTable("guest", "recording costs", "turns", "events/s");
    for (String guest : samples.subjects(NAME)) {
      Estimate cost = percent(samples, guest);
      table.row(
          guest,
          Numbers.estimated(cost, 2) + " %",
          Integer.toString(cost.count()),
          Numbers.fixed(
              samples
                  .steady(
                      NAME,
                      guest,
                      Variant.SWITCHED,
                      s -> s.value(Metric.EVENTS) / s.value(Metric.WALL))
                  .median(),
              1));
    }
    return List.of(
        new Section(
            "cost: recording switched on and off within a run",
            List.of(
                "CPU time of the domain's thread for an instruction, recorded beside not recorded,"
                    + " in turns of four events after the first quarter of a run, with %d events a"
                        .formatted(GuestTrial.EVENTS_PER_S)
                    + " second more than the guest has by itself; mean of the turns with 2"
                    + " standard errors on either side."),
            table));
  }

  @Override
  public List<Finding> findings(Samples samples) {
    List<String> guests = samples.subjects(NAME);
    return guests.isEmpty()
        ? List.of()
        : List.of(
            Finding.atMost(
                "recording a CPU-bound guest, switched within a run, mean of all guests with 2"
                    + " standard errors on either side",
                Estimate.mean(guests.stream().map(g -> percent(samples, g)).toList())
                    .distribution(),
                LIMIT_PERCENT,
                "%"));
  }

  private static Estimate percent(Samples samples, String guest) {
    return Estimate.mean(
        samples.estimates(
            NAME,
            guest,
            Variant.SWITCHED,
            s ->
                new Estimate(
                    (int) s.value(Metric.TURNS),
                    100 * s.value(Metric.COST),
                    100 * s.value(Metric.COST_ERROR))));
  }
}

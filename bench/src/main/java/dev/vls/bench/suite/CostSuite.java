package dev.vls.bench.suite;

import dev.vls.bench.guest.BenchGuest;
import dev.vls.bench.result.Distribution;
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
 * the same code alike twice.
 */
final class CostSuite implements Suite {
  static final String NAME = "cost";

  private static final double LIMIT_PERCENT = 1;

  @Override
  public String name() {
    return NAME;
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
    TextTable table = new TextTable("guest", "recording costs", "events/s");
    for (String guest : samples.subjects(NAME)) {
      table.row(
          guest,
          Numbers.ranged(percent(samples, guest), 2) + " %",
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
                    + " in turns of four events in the second half of a run; mean of the turns."),
            table));
  }

  @Override
  public List<Finding> findings(Samples samples) {
    List<String> guests = samples.subjects(NAME);
    return guests.isEmpty()
        ? List.of()
        : List.of(
            Finding.atMost(
                "recording a CPU-bound guest, switched within a run, medians of all guests",
                Distribution.of(guests.stream().mapToDouble(g -> percent(samples, g).median())),
                LIMIT_PERCENT,
                "%"));
  }

  private static Distribution percent(Samples samples, String guest) {
    return samples.steady(NAME, guest, Variant.SWITCHED, s -> 100 * s.value(Metric.COST));
  }
}

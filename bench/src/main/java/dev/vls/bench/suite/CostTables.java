package dev.vls.bench.suite;

import dev.vls.bench.result.Distribution;
import dev.vls.bench.result.Estimate;
import dev.vls.bench.result.Metric;
import dev.vls.bench.result.Numbers;
import dev.vls.bench.result.Samples;
import dev.vls.bench.result.Section;
import dev.vls.bench.result.TextTable;
import dev.vls.bench.result.Variant;
import java.util.ArrayList;
import java.util.List;

/** The tables that the samples of {@link CostSuite} come to. */
final class CostTables {
  private static final String SUITE = CostSuite.NAME;

  private CostTables() {}

  static List<Section> sections(Samples samples) {
    List<Section> sections = new ArrayList<>();
    if (samples.has(SUITE, Variant.SWITCHED)) {
      sections.add(recording(samples));
    }
    if (samples.has(SUITE, Variant.PAGED_IN_TURNS)) {
      sections.add(paging(samples));
    }
    if (samples.has(SUITE, Variant.REPLAYED_IN_TURNS)) {
      sections.add(replay(samples));
    }
    return sections;
  }

  private static Section recording(Samples samples) {
    TextTable table = new TextTable("guest", "recording costs", "turns", "events/s");
    for (String guest : CostSuite.guests(samples, Variant.SWITCHED)) {
      Estimate cost = CostSuite.recording(samples, guest);
      table.row(
          guest,
          Numbers.estimated(cost, 2) + " %",
          Integer.toString(cost.count()),
          Numbers.fixed(
              samples
                  .steady(
                      SUITE,
                      guest,
                      Variant.SWITCHED,
                      s -> s.value(Metric.EVENTS) / s.value(Metric.WALL))
                  .median(),
              1));
    }
    return new Section(
        "cost: recording switched on and off within a run",
        List.of(
            "CPU time of the domain's thread for an instruction, recorded beside not recorded, in"
                + " turns of four events after the first quarter of a run, with %d events a second"
                    .formatted(GuestTrial.EVENTS_PER_S)
                + " more than the guest has by itself; mean of the turns with 2 standard errors on"
                + " either side."),
        table);
  }

  private static Section paging(Samples samples) {
    TextTable table = new TextTable("guest", "paging costs", "±", "turns");
    for (String guest : CostSuite.guests(samples, Variant.PAGED_IN_TURNS)) {
      table.row(
          guest,
          Numbers.ranged(CostSuite.paging(samples, guest), 1) + " %",
          Numbers.fixed(100 * twoErrors(samples, guest, Variant.PAGED_IN_TURNS), 1),
          turns(samples, guest, Variant.PAGED_IN_TURNS));
    }
    return new Section(
        "cost: Sv39 paging, two machines in turns",
        List.of(
            "CPU time of the domain's thread for an instruction with Sv39 on, in pages of 4 KiB,"
                + " beside off, turn by turn in the second half of the runs: mean of the turns;"
                + " median of the rounds and range.",
            "±: two standard errors of one round's mean. What rounds differ by beyond that is how"
                + " HotSpot compiled the code of each."),
        table);
  }

  private static Section replay(Samples samples) {
    TextTable table = new TextTable("guest", "replay speed", "±", "turns");
    for (String guest : CostSuite.guests(samples, Variant.REPLAYED_IN_TURNS)) {
      table.row(
          guest,
          Numbers.ranged(CostSuite.replay(samples, guest), 3),
          Numbers.fixed(twoErrors(samples, guest, Variant.REPLAYED_IN_TURNS), 3),
          turns(samples, guest, Variant.REPLAYED_IN_TURNS));
    }
    return new Section(
        "cost: replay beside recording, two machines in turns",
        List.of(
            "CPU time of the domain's thread for an instruction, recorded / replayed, in the same"
                + " way; above 1 the replay is faster. Every digest was compared."),
        table);
  }

  private static double twoErrors(Samples samples, String guest, Variant variant) {
    return 2 * samples.steady(SUITE, guest, variant, s -> s.value(Metric.RATIO_ERROR)).median();
  }

  /** Returns how many turns were compared, in all rounds. */
  private static String turns(Samples samples, String guest, Variant variant) {
    Distribution turns = samples.steady(SUITE, guest, variant, s -> s.value(Metric.TURNS));
    return turns.count() < 2
        ? Numbers.fixed(turns.median(), 0)
        : "%d x %s".formatted(turns.count(), Numbers.fixed(turns.median(), 0));
  }
}

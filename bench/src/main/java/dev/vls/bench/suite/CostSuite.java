package dev.vls.bench.suite;

import dev.vls.bench.guest.BenchGuest;
import dev.vls.bench.result.Distribution;
import dev.vls.bench.result.Estimate;
import dev.vls.bench.result.Finding;
import dev.vls.bench.result.Metric;
import dev.vls.bench.result.Sample;
import dev.vls.bench.result.Samples;
import dev.vls.bench.result.Section;
import dev.vls.bench.result.Variant;
import java.util.ArrayList;
import java.util.List;

/**
 * What recording, paging and replay cost CPU-bound guests, with both sides in one process and by
 * turns: two runs one after the other differ by more, because the host's speed changes and HotSpot
 * does not compile the same code alike twice.
 *
 * <p>The recorder sees some events of a run and not others. Events are ten times as many as such a
 * guest has by itself: more turns in the same time, and a bound of what it costs with fewer. Paging
 * and replay are two machines that hand the processor to each other.
 */
final class CostSuite implements Suite {
  static final String NAME = "cost";

  private static final double RECORDING_PERCENT = 1;
  private static final double PAGING_PERCENT = 15;
  private static final double REPLAY = 1.0;

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
        bench.compare(NAME, guest.name(), groups(bench, guest), new GuestTrial(bench, guest));
      }
    }
  }

  private static List<List<Variant>> groups(Bench bench, BenchGuest guest) {
    List<List<Variant>> groups = new ArrayList<>();
    groups.add(List.of(Variant.SWITCHED));
    if (guest.pageable()) {
      groups.add(List.of(Variant.PAGED_IN_TURNS));
    }
    groups.add(List.of(Variant.REPLAYED_IN_TURNS));
    return CpuSuite.named(bench.config(), groups);
  }

  @Override
  public List<Section> sections(Samples samples) {
    return CostTables.sections(samples);
  }

  @Override
  public List<Finding> findings(Samples samples) {
    List<Finding> findings = new ArrayList<>();
    if (samples.has(NAME, Variant.SWITCHED)) {
      findings.add(
          Finding.atMost(
              "recording a CPU-bound guest, switched within a run, mean of all guests with 2"
                  + " standard errors on either side",
              Estimate.mean(
                      guests(samples, Variant.SWITCHED).stream()
                          .map(guest -> recording(samples, guest))
                          .toList())
                  .distribution(),
              RECORDING_PERCENT,
              "%"));
    }
    Extremes.largest(
            guests(samples, Variant.PAGED_IN_TURNS),
            guest -> paging(samples, guest),
            (dearest, percent) ->
                Finding.atMost(
                    "Sv39 paging on beside off, in turns, dearest guest, " + dearest,
                    percent,
                    PAGING_PERCENT,
                    "%"))
        .ifPresent(findings::add);
    Extremes.smallest(
            guests(samples, Variant.REPLAYED_IN_TURNS),
            guest -> replay(samples, guest),
            (slowest, times) ->
                Finding.atLeast(
                    "replay beside recording, in turns, slowest guest, " + slowest,
                    times,
                    REPLAY,
                    "times"))
        .ifPresent(findings::add);
    return findings;
  }

  /** Returns the guests of which there are counted runs in a variant. */
  static List<String> guests(Samples samples, Variant variant) {
    return samples.subjects(NAME).stream()
        .filter(guest -> samples.steady(NAME, guest, variant, _ -> 1).count() > 0)
        .toList();
  }

  /** Returns what recording adds to the CPU time of an instruction, in per cent. */
  static Estimate recording(Samples samples, String guest) {
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

  /** Returns what paging adds to the CPU time of an instruction, in per cent, of each round. */
  static Distribution paging(Samples samples, String guest) {
    return samples.steady(NAME, guest, Variant.PAGED_IN_TURNS, s -> percent(ratio(s)));
  }

  private static double percent(double ratio) {
    return (ratio - 1) * 100;
  }

  /** Returns how many times faster than the recorded run the replay was, of each round. */
  static Distribution replay(Samples samples, String guest) {
    return samples.steady(NAME, guest, Variant.REPLAYED_IN_TURNS, CostSuite::ratio);
  }

  private static double ratio(Sample sample) {
    return sample.value(Metric.RATIO);
  }
}

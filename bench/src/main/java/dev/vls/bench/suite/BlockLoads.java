package dev.vls.bench.suite;

import dev.vls.bench.guest.DiskChoice;
import dev.vls.bench.guest.DiskChoice.Medium;
import dev.vls.bench.guest.Workload;
import dev.vls.bench.plot.BarChart;
import dev.vls.bench.plot.Plot;
import dev.vls.bench.result.Numbers;
import dev.vls.bench.result.Section;
import dev.vls.bench.result.TextTable;
import dev.vls.bench.suite.BenchConfig.Scale;
import dev.vls.sma.CaptureMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The block ring: {@code blkstress} on a disk in memory and in a file, strict and sampled. It reads
 * sectors that it never wrote, which it does not check: what is measured is the ring and SMA. The
 * mixed load writes, verifies and flushes too, and is mostly the guest's own arithmetic.
 */
final class BlockLoads {
  static final String NAME = IoSuite.NAME;
  static final String GUEST = "blkstress";
  static final String MIXED = "span=4096 depth=16";
  static final int SECTORS = 16384;
  private static final String READING = "span=4096 depth=16 writes=0 flush=0";

  private BlockLoads() {}

  static void run(Bench bench) throws Exception {
    RingTrial.Expected expected = new RingTrial.Expected();
    for (boolean mixed : new boolean[] {false, true}) {
      for (Medium medium : media(bench.config().scale(), mixed)) {
        for (CaptureMode mode : CaptureMode.values()) {
          String subject =
              String.join(" ", mixed ? "mixed" : "read", IoSuite.word(medium), IoSuite.word(mode));
          Workload workload =
              new Workload(
                  GUEST,
                  arguments(bench.config().scale(), mixed),
                  bench.config().ramBytes(),
                  mode,
                  Optional.of(new DiskChoice(medium, SECTORS)));
          bench.compare(NAME, subject, RingTrial.GROUPS, new RingTrial(bench, workload, expected));
        }
      }
    }
  }

  /** The quick bench leaves the file out where the guest's own arithmetic hides it. */
  private static List<Medium> media(Scale scale, boolean mixed) {
    return scale == Scale.QUICK && mixed ? List.of(Medium.MEMORY) : List.of(Medium.values());
  }

  private static String arguments(Scale scale, boolean mixed) {
    int operations =
        switch (scale) {
          case FULL -> mixed ? 15_000 : 20_000;
          case QUICK -> mixed ? 3000 : 8000;
          case TINY -> 20;
        };
    return "ops=" + operations + " " + (mixed ? MIXED : READING);
  }

  static Plot plot(RingRates rates) {
    BarChart chart = rates.chart();
    chart.rule();
    chart.group("Xen/VLS: ring", Published.RING_PLAIN, Published.RING_CAPTURED);
    return new Plot(
        "Throughput of the block ring",
        chart.svg(),
        List.of(
            "After the thesis's table 5.5, whose ring moves pages of a test device; here a whole"
                + " block device with grants, requests and, with 'mixed', a guest that checks every"
                + " word.",
            Published.DIFFERENCE));
  }

  static Section section(RingRates rates) {
    TextTable table = new TextTable(RingRates.HEADER.toArray(String[]::new));
    for (String subject : rates.subjects()) {
      table.row(rates.cells(subject).toArray(String[]::new));
    }
    table.row(
        "Xen/VLS thesis, table 5.5: ring",
        Map.of(
            "plain MB/s", Numbers.fixed(Published.RING_PLAIN, 0),
            "record MB/s", Numbers.fixed(Published.RING_CAPTURED, 0)));
    List<String> notes =
        Published.notes(
            "MB: million bytes that the guest read or wrote on its disk, without its final"
                + " read-back; MB/s by wall time, MB/CPU s by CPU time of the process.",
            "read: sectors never written, not checked by the guest; mixed: half writes, all"
                + " verified, a flush every 64.",
            "cost: CPU time of the process, recorded / plain, pair by pair. replay speed: wall"
                + " time of the recorded run / of its replay.",
            "the thesis's ring moves pages of a test device; here a whole block device with"
                + " grants and requests.");
    return new Section("io: blkstress on the block ring", notes, table);
  }
}

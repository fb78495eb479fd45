package dev.vls.bench.suite;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Figures of the Xen/VLS thesis (2009), beside which ours are drawn: a 2.66 GHz Core 2, x86 guests
 * on Xen, one processor, no follower, no network.
 */
final class Published {
  /** What differs, in lines for below a table. */
  private static final List<String> DIFFERENCE_LINES =
      List.of(
          "Xen/VLS thesis: 2009, 2.66 GHz Core 2, x86 paravirtual guests on the bare processor,"
              + " events at timer ticks and device interrupts;",
          "here: RISC-V translated in a JVM, another processor, other programs. Its figures show"
              + " the order of magnitude, not a race.");

  /** The same in one. */
  static final String DIFFERENCE = String.join(" ", DIFFERENCE_LINES);

  /** Recorded SPEC CINT2006: time beside not recording. */
  static final double CINT_COST = 1.0065;

  static final double CINT_EVENTS_PER_S = 518;
  static final double CINT_LOG_BYTES_PER_S = 9420;

  /** Recorded kernel builds: time beside not recording, least and most. */
  static final double BUILD_COST_LEAST = 1.041;

  static final double BUILD_COST_MOST = 1.057;
  static final double BUILD_LOG_BYTES_PER_S = 205_600;
  static final double BUILD_SMA_BYTES_PER_S = 182_900;
  static final double BUILD_BRK_BYTES_PER_S = 22_700;

  /** The log of a guest that swaps. */
  static final double SWAP_LOG_BYTES_PER_S = 19_700_000;

  /** Throughput of a ring, in MB/s. */
  static final double RING_PLAIN = 759;

  static final double RING_CAPTURED = 412;

  private Published() {}

  /** Returns notes of a table that has figures of the thesis, with what differs at their end. */
  static List<String> notes(String... own) {
    return Stream.concat(Arrays.stream(own), DIFFERENCE_LINES.stream()).toList();
  }
}

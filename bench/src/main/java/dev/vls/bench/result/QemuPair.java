package dev.vls.bench.result;

import java.util.Comparator;
import java.util.List;

/**
 * The same work by VLS and by QEMU.
 *
 * @param suite suite that ran it
 * @param subject what ran
 * @param compared how each ran, and what of it is compared
 * @param times what VLS took of QEMU's time: above 1 VLS is slower
 */
public record QemuPair(String suite, String subject, String compared, Distribution times) {
  private static final String TITLE = "Where VLS is slower than QEMU";

  /** Returns whether it was measured on both sides. */
  boolean known() {
    return times.count() > 0;
  }

  /** Returns whether VLS is slower; the median decides. */
  public boolean lost() {
    return times.median() > 1;
  }

  /** Returns those in which VLS is slower, the worst first. */
  static List<QemuPair> lost(List<QemuPair> pairs) {
    return pairs.stream()
        .filter(QemuPair::lost)
        .sorted(Comparator.comparingDouble((QemuPair pair) -> -pair.times.median()))
        .toList();
  }

  /** Returns all in which VLS is slower, and by how much, as a table. */
  static Section losses(List<QemuPair> pairs) {
    TextTable table = new TextTable("pair", "VLS takes, times");
    for (QemuPair pair : lost(pairs)) {
      table.row(
          "%s, %s: %s".formatted(pair.suite, pair.subject, pair.compared),
          Numbers.ranged(pair.times, 2));
    }
    long known = pairs.stream().filter(QemuPair::known).count();
    String words =
        known == 0
            ? "nothing was compared: nothing ran in VLS and likewise under QEMU."
            : table.rows().isEmpty()
                ? "nowhere: VLS was faster in each of %d comparisons.".formatted(known)
                : "%d of %d comparisons, the worst first: time of VLS / time of QEMU for the same"
                        .formatted(table.rows().size(), known)
                    + " work, median and range of the pairs.";
    return new Section(TITLE, List.of(words), table);
  }
}

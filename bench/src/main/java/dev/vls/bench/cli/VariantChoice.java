package dev.vls.bench.cli;

import dev.vls.bench.result.Variant;
import dev.vls.bench.result.Variant.Kind;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Variants of the CPU-bound guests, chosen by name. Those with both sides in one run are of the
 * suite {@code cost}, all others of {@code cpu}.
 *
 * @param asked those that were named, empty for the bench's own choice
 */
record VariantChoice(Set<Variant> asked) {
  private static final Set<Variant> ALL = EnumSet.complementOf(EnumSet.of(Variant.PAIR));

  /**
   * Reads names as tables print them, or in one word.
   *
   * @throws IllegalArgumentException if there is no such variant; the message lists all
   */
  static VariantChoice of(Collection<String> names) {
    Set<Variant> asked = EnumSet.noneOf(Variant.class);
    for (String name : names) {
      asked.add(
          ALL.stream()
              .filter(variant -> List.of(variant.label(), variant.word()).contains(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "there is no variant '%s'; there are %s"
                              .formatted(
                                  name,
                                  ALL.stream()
                                      .map(Variant::word)
                                      .collect(Collectors.joining(", "))))));
    }
    return new VariantChoice(asked);
  }

  /** Returns the names of the suites that those that were named are of, in their order. */
  List<String> suites() {
    return Stream.of("cpu", "cost")
        .filter(
            suite ->
                asked.stream().anyMatch(v -> Variant.IN_TURNS.contains(v) == suite.equals("cost")))
        .toList();
  }

  /** Returns whether anything of a kind is to run. */
  boolean wants(Kind kind) {
    return asked.isEmpty() || asked.stream().anyMatch(variant -> variant.kind() == kind);
  }

  /**
   * Returns those that were named, and those that they cannot do without: a replay needs its
   * recording, speeds of child processes are told beside a plain run, and a pair's beside {@code
   * vls run}. A variant in turns has all that it needs.
   */
  Set<Variant> complete() {
    Set<Variant> all = EnumSet.noneOf(Variant.class);
    for (Variant variant : asked) {
      all.add(variant);
      if (variant == Variant.REPLAY) {
        all.add(Variant.RECORD);
      } else if (variant == Variant.QEMU_REPLAY) {
        all.add(Variant.QEMU_RECORD);
      }
      if (variant == Variant.REPLICATED) {
        all.add(Variant.PROCESS);
      }
      if (variant.kind() != Kind.MACHINE) {
        all.add(Variant.PLAIN);
      }
    }
    return all;
  }
}

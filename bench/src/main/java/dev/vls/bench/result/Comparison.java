package dev.vls.bench.result;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Two versions in turns: what each round of one measured, divided by what the round of the other
 * did.
 */
public final class Comparison {
  /** What is compared, and in which metric a run says how much work that was. */
  private enum Compared {
    WORK(Metric.INSTRUCTIONS, null),
    WALL(Metric.WALL, Metric.INSTRUCTIONS),
    CPU(Metric.CPU, Metric.INSTRUCTIONS),
    STEADY_CPU(Metric.STEADY_CPU, Metric.STEADY_INSTRUCTIONS);

    private final Metric time;
    private final Metric work;

    Compared(Metric time, Metric work) {
      this.time = time;
      this.work = work;
    }

    /**
     * Returns mine / theirs, for the same amount of work where both tell it; NaN if it is not
     * there.
     */
    double ratio(Map<?, ?> mine, Map<?, ?> theirs) {
      double ratio = ratio(time, mine, theirs);
      double works = work == null ? Double.NaN : ratio(work, mine, theirs);
      return Double.isFinite(works) ? ratio / works : ratio;
    }

    private static double ratio(Metric metric, Map<?, ?> mine, Map<?, ?> theirs) {
      return mine.get(metric.label()) instanceof Double own
              && theirs.get(metric.label()) instanceof Double its
          ? own / its
          : Double.NaN;
    }
  }

  private final Map<List<String>, Map<Compared, List<Double>>> ratios = new LinkedHashMap<>();

  /** Creates an empty one. */
  public Comparison() {}

  /**
   * Adds a pair of reports, as {@link Report#json} writes them. What only one of them has is left
   * out.
   *
   * @throws IllegalArgumentException if one is no report
   */
  public void add(String mine, String other) {
    Map<List<String>, Map<?, ?>> theirs = steady(other);
    steady(mine)
        .forEach(
            (what, values) -> {
              if (theirs.containsKey(what)) {
                add(what.subList(0, 3), values, theirs.get(what));
              }
            });
  }

  private void add(List<String> what, Map<?, ?> mine, Map<?, ?> theirs) {
    for (Compared compared : Compared.values()) {
      ratios
          .computeIfAbsent(what, _ -> new LinkedHashMap<>())
          .computeIfAbsent(compared, _ -> new ArrayList<>())
          .add(compared.ratio(mine, theirs));
    }
  }

  /** Returns the counted runs of a report by suite, subject, variant and round. */
  private static Map<List<String>, Map<?, ?>> steady(String json) {
    Map<List<String>, Map<?, ?>> found = new LinkedHashMap<>();
    if (!(Json.read(json) instanceof Map<?, ?> root)
        || !(root.get("samples") instanceof List<?> samples)) {
      throw new IllegalArgumentException("a report has samples");
    }
    for (Object item : samples) {
      if (item instanceof Map<?, ?> sample
          && Sample.Phase.STEADY.name().equals(sample.get("phase"))
          && sample.get("values") instanceof Map<?, ?> values) {
        found.put(
            List.of(
                String.valueOf(sample.get("suite")),
                String.valueOf(sample.get("subject")),
                String.valueOf(sample.get("variant")),
                String.valueOf(sample.get("round"))),
            values);
      }
    }
    return found;
  }

  /**
   * Returns what the pairs come to.
   *
   * @param revision name of the other version
   */
  public Section section(String revision) {
    TextTable table =
        new TextTable("suite", "subject", "variant", "wall", "CPU", "steady CPU", "instructions");
    ratios.forEach(
        (what, values) ->
            table.row(
                what.get(0),
                what.get(1),
                what.get(2),
                overhead(values, Compared.WALL),
                overhead(values, Compared.CPU),
                overhead(values, Compared.STEADY_CPU),
                overhead(values, Compared.WORK)));
    return new Section(
        "this version beside " + revision,
        List.of(
            "time of this version / of the other, pair by pair, in turns; median and range. Below 0"
                + " this version is faster.",
            "per instruction where both tell how many there were, since the size of a guest may"
                + " differ: see instructions. steady: without start and warm-up.",
            "CPU: of the domain's thread; of the process where a child process is measured."),
        table);
  }

  private static String overhead(Map<Compared, List<Double>> values, Compared compared) {
    return Numbers.overhead(
        Distribution.of(
            values.getOrDefault(compared, List.of()).stream().mapToDouble(Double::doubleValue)));
  }
}

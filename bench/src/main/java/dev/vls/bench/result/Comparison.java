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
  private static final List<Metric> COMPARED = List.of(Metric.WALL, Metric.CPU);

  private final Map<List<String>, Map<Metric, List<Double>>> ratios = new LinkedHashMap<>();

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
    for (Metric metric : COMPARED) {
      if (mine.get(metric.label()) instanceof Double own
          && theirs.get(metric.label()) instanceof Double its) {
        ratios
            .computeIfAbsent(what, _ -> new LinkedHashMap<>())
            .computeIfAbsent(metric, _ -> new ArrayList<>())
            .add(own / its);
      }
    }
  }

  /** Returns the counted runs of a report by suite, subject, variant and round. */
  private static Map<List<String>, Map<?, ?>> steady(String json) {
    Map<List<String>, Map<?, ?>> found = new LinkedHashMap<>();
    if (!(JsonReader.read(json) instanceof Map<?, ?> root)
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
    TextTable table = new TextTable("suite", "subject", "variant", "wall", "CPU");
    ratios.forEach(
        (what, metrics) ->
            table.row(
                what.get(0),
                what.get(1),
                what.get(2),
                overhead(metrics, Metric.WALL),
                overhead(metrics, Metric.CPU)));
    return new Section(
        "this version beside " + revision,
        List.of(
            "time of this version / of the other, pair by pair, in turns; median and range. Below 0"
                + " this version is faster.",
            "CPU: of the domain's thread; of the process where a child process is measured."),
        table);
  }

  private static String overhead(Map<Metric, List<Double>> metrics, Metric metric) {
    return Numbers.overhead(
        Distribution.of(
            metrics.getOrDefault(metric, List.of()).stream().mapToDouble(Double::doubleValue)));
  }
}

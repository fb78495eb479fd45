package dev.vls.bench.plot;

import dev.vls.bench.result.Numbers;
import java.util.ArrayList;
import java.util.List;

/** Bars from the left, in groups: one for each series that has a value. */
public final class BarChart {
  private static final int WIDTH = 860;
  private static final int BAR = 13;
  private static final int GROUP_GAP = 12;
  private static final int VALUE_ROOM = 64;
  private static final int MARGIN = 10;

  private final String unit;
  private final int places;
  private final List<String> series = new ArrayList<>();
  private final List<String> colors = new ArrayList<>();
  private final List<String> groups = new ArrayList<>();
  private final List<double[]> values = new ArrayList<>();
  private double mark = Double.NaN;

  /**
   * Creates an empty chart.
   *
   * @param unit stands below the axis
   * @param places of the numbers at the bars' ends
   */
  public BarChart(String unit, int places) {
    this.unit = unit;
    this.places = places;
  }

  /** Adds a series; all before the first group. */
  public BarChart series(String name, String color) {
    series.add(name);
    colors.add(color);
    return this;
  }

  /** Marks a value through all groups. */
  public BarChart mark(double value) {
    mark = value;
    return this;
  }

  /** Adds a group with a value of each series; what is not finite has no bar. */
  public BarChart group(String name, double... each) {
    groups.add(name);
    values.add(each.clone());
    return this;
  }

  /** Draws it. */
  public String svg() {
    Svg svg = new Svg(WIDTH);
    List<Svg.Key> keys = new ArrayList<>();
    for (int i = 0; i < series.size(); i++) {
      keys.add(new Svg.Key(series.get(i), colors.get(i)));
    }
    int top = svg.legend(MARGIN, MARGIN, keys);
    double left = 2 * MARGIN + groups.stream().mapToDouble(Svg::textWidth).max().orElse(0);
    Axis axis = Axis.fromZero(largest(), left, WIDTH - MARGIN - VALUE_ROOM);
    int bottom = top + groups.stream().mapToInt(g -> height(groups.indexOf(g))).sum();
    for (double tick : axis.ticks()) {
      svg.grid(axis.at(tick), top, axis.at(tick), bottom);
      svg.text(axis.at(tick), bottom + 16, Axis.label(tick), Svg.Anchor.MIDDLE, Svg.FAINT);
    }
    if (Double.isFinite(mark)) {
      svg.dashes(axis.at(mark), top, axis.at(mark), bottom, Svg.INK);
    }
    int y = top;
    for (int group = 0; group < groups.size(); group++) {
      bars(svg, axis, group, y);
      y += height(group);
    }
    svg.text((left + WIDTH) / 2, bottom + 36, unit, Svg.Anchor.MIDDLE, Svg.FAINT);
    return svg.finish(bottom + 46);
  }

  private void bars(Svg svg, Axis axis, int group, int top) {
    double middle = top + (height(group) - GROUP_GAP) / 2.0 + 4;
    svg.text(axis.from() - MARGIN, middle, groups.get(group), Svg.Anchor.END, Svg.INK);
    int y = top;
    for (int i = 0; i < series.size(); i++) {
      double value = values.get(group)[i];
      if (Double.isFinite(value)) {
        svg.rectangle(axis.from(), y, axis.at(value) - axis.from(), BAR - 2, colors.get(i));
        svg.value(axis.at(value) + 4, y + BAR - 3, Numbers.fixed(value, places));
        y += BAR;
      }
    }
  }

  private int height(int group) {
    int bars = 0;
    for (double value : values.get(group)) {
      bars += Double.isFinite(value) ? 1 : 0;
    }
    return Math.max(1, bars) * BAR + GROUP_GAP;
  }

  private double largest() {
    return values.stream()
        .flatMapToDouble(java.util.Arrays::stream)
        .filter(Double::isFinite)
        .max()
        .orElse(1);
  }
}

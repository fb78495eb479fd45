package dev.vls.bench.plot;

import dev.vls.bench.result.Numbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Bars from the left, in groups: one for each series that has a value. */
public final class BarChart {
  private static final int WIDTH = 860;
  private static final int BAR = 14;
  private static final int GROUP_GAP = 12;
  private static final int MARGIN = 10;
  private static final int TALL = 400; // its axis is marked at the top too

  private final String unit;
  private final int places;
  private final List<String> series = new ArrayList<>();
  private final List<String> colors = new ArrayList<>();
  private final List<String> groups = new ArrayList<>();
  private final List<double[]> values = new ArrayList<>();
  private final Set<Integer> rules = new HashSet<>();
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

  /** Draws a line between the groups so far and those to come, which are another's. */
  public BarChart rule() {
    rules.add(groups.size());
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
      keys.add(new Svg.Key(series.get(i), colors.get(i), Svg.Mark.FILL));
    }
    int top = svg.legend(MARGIN, MARGIN, keys);
    double left = 2 * MARGIN + groups.stream().mapToDouble(Svg::textWidth).max().orElse(0);
    Axis axis = Axis.fromZero(largest(), left, WIDTH - MARGIN - valueRoom());
    int bars = IntStream.range(0, groups.size()).map(this::height).sum();
    if (bars > TALL) {
      top += 14;
      marks(svg, axis, top - 6);
    }
    int bottom = top + GROUP_GAP / 2 + bars;
    for (double tick : axis.ticks()) {
      svg.grid(axis.at(tick), top, axis.at(tick), bottom);
    }
    marks(svg, axis, bottom + 16);
    if (Double.isFinite(mark)) {
      svg.dashes(axis.at(mark), top, axis.at(mark), bottom, Svg.INK);
    }
    int y = top + GROUP_GAP / 2;
    for (int group = 0; group < groups.size(); group++) {
      if (rules.contains(group)) {
        svg.line(MARGIN, y - GROUP_GAP / 2.0, WIDTH - MARGIN, y - GROUP_GAP / 2.0, Svg.FAINT);
      }
      bars(svg, axis, group, y);
      y += height(group);
    }
    svg.text((left + WIDTH) / 2, bottom + 36, unit, Svg.Anchor.MIDDLE, Svg.FAINT);
    return svg.finish(bottom + 46);
  }

  private static void marks(Svg svg, Axis axis, double y) {
    for (double tick : axis.ticks()) {
      svg.text(axis.at(tick), y, Axis.label(tick), Svg.Anchor.MIDDLE, Svg.FAINT);
    }
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

  /** What the widest number takes behind the longest bar. */
  private double valueRoom() {
    return finite().map(value -> Svg.textWidth(Numbers.fixed(value, places))).max().orElse(0)
        + MARGIN;
  }

  private double largest() {
    return finite().max().orElse(1);
  }

  private DoubleStream finite() {
    return values.stream().flatMapToDouble(Arrays::stream).filter(Double::isFinite);
  }
}

package dev.vls.bench.plot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Curves, stacked areas, single points and levels over an x axis. */
public final class XyChart {
  private static final int WIDTH = 860;
  private static final int HEIGHT = 260;
  private static final int LEFT = 78;
  private static final double RIGHT = 30; // for half of a label
  private static final int MARGIN = 12;
  private static final int MARKED_POINTS = 20; // of more, only some are marked
  private static final int SOME = 8;
  private static final List<Svg.Mark> MARKS =
      List.of(
          Svg.Mark.CIRCLE,
          Svg.Mark.SQUARE,
          Svg.Mark.DIAMOND,
          Svg.Mark.TRIANGLE,
          Svg.Mark.WEDGE,
          Svg.Mark.CROSS);

  private final String xLabel;
  private final String yLabel;
  private final List<Curve> curves = new ArrayList<>();
  private final List<Curve> areas = new ArrayList<>();
  private final List<Curve> dots = new ArrayList<>();
  private final List<Range> ranges = new ArrayList<>();
  private final List<Level> levels = new ArrayList<>();
  private Axis.Scale xScale = Axis.Scale.LINEAR;

  /** Points with a name and a colour. */
  private record Curve(String name, String color, double[] xs, double[] ys) {
    Curve {
      if (xs.length != ys.length) {
        throw new IllegalArgumentException(xs.length + " x for " + ys.length + " y");
      }
    }
  }

  private record Range(String color, double x, double low, double high) {}

  private record Level(String name, String color, double y) {}

  /** Creates an empty chart. */
  public XyChart(String xLabel, String yLabel) {
    this.xLabel = xLabel;
    this.yLabel = yLabel;
  }

  /** Spreads x by its logarithm: all are above 0. */
  public XyChart logarithmicX() {
    xScale = Axis.Scale.LOGARITHMIC;
    return this;
  }

  /** Adds a curve through points, with marks of its own. */
  public XyChart curve(String name, String color, double[] xs, double[] ys) {
    curves.add(new Curve(name, color, xs, ys));
    return this;
  }

  /** Adds the range of values behind a point. */
  public XyChart range(String color, double x, double low, double high) {
    ranges.add(new Range(color, x, low, high));
    return this;
  }

  /** Adds an area on top of those before; all have the same x. */
  public XyChart area(String name, String color, double[] xs, double[] ys) {
    areas.add(new Curve(name, color, xs, ys));
    return this;
  }

  /** Adds a single point, of another's figures. */
  public XyChart point(String name, String color, double x, double y) {
    dots.add(new Curve(name, color, new double[] {x}, new double[] {y}));
    return this;
  }

  /** Adds a dashed level, of another's figures. */
  public XyChart level(String name, String color, double y) {
    levels.add(new Level(name, color, y));
    return this;
  }

  /** Draws it. */
  public String svg() {
    Svg svg = new Svg(WIDTH);
    int top = svg.legend(LEFT, MARGIN, keys());
    int bottom = top + HEIGHT;
    Axis x = xAxis();
    Axis y = Axis.around(smallestY(), largestY(), bottom, top);
    for (double tick : y.ticks()) {
      svg.grid(LEFT, y.at(tick), WIDTH - RIGHT, y.at(tick));
      svg.text(LEFT - 8, y.at(tick) + 4, Axis.label(tick), Svg.Anchor.END, Svg.FAINT);
    }
    for (double tick : x.ticks()) {
      svg.grid(x.at(tick), top, x.at(tick), bottom);
      svg.text(x.at(tick), bottom + 18, Axis.label(tick), Svg.Anchor.MIDDLE, Svg.FAINT);
    }
    svg.line(LEFT, y.at(0), WIDTH - RIGHT, y.at(0), Svg.FAINT);
    areas(svg, x, y);
    levels.forEach(l -> svg.dashes(LEFT, y.at(l.y), WIDTH - RIGHT, y.at(l.y), l.color));
    ranges.forEach(r -> svg.line(x.at(r.x), y.at(r.low), x.at(r.x), y.at(r.high), r.color));
    for (int i = 0; i < curves.size(); i++) {
      Curve curve = curves.get(i);
      List<double[]> points = points(curve.xs, curve.ys, x, y);
      svg.polyline(points, curve.color);
      int each = points.size() <= MARKED_POINTS ? 1 : points.size() / SOME;
      for (int point = each / 2; point < points.size(); point += each) {
        svg.mark(mark(i), points.get(point)[0], points.get(point)[1], curve.color);
      }
    }
    for (Curve dot : dots) {
      svg.mark(Svg.Mark.POINT, x.at(dot.xs[0]), y.at(dot.ys[0]), dot.color);
    }
    svg.text((LEFT + WIDTH) / 2.0, bottom + 38, xLabel, Svg.Anchor.MIDDLE, Svg.FAINT);
    svg.upwards(16, (top + bottom) / 2.0, yLabel);
    return svg.finish(bottom + 48);
  }

  private static Svg.Mark mark(int curve) {
    return MARKS.get(curve % MARKS.size());
  }

  private static void closed(Svg svg, List<double[]> upper, List<double[]> lower, String color) {
    List<double[]> outline = new ArrayList<>(upper);
    outline.addAll(lower.reversed());
    svg.polygon(outline, color);
  }

  private void areas(Svg svg, Axis x, Axis y) {
    if (areas.isEmpty()) {
      return;
    }
    double[] base = new double[areas.getFirst().xs.length];
    for (Curve area : areas) {
      double[] sum = base.clone();
      for (int i = 0; i < sum.length; i++) {
        sum[i] += area.ys[i];
      }
      closed(svg, points(area.xs, sum, x, y), points(area.xs, base, x, y), area.color);
      base = sum;
    }
  }

  private static List<double[]> points(double[] xs, double[] ys, Axis x, Axis y) {
    List<double[]> points = new ArrayList<>();
    for (int i = 0; i < xs.length; i++) {
      points.add(new double[] {x.at(xs[i]), y.at(ys[i])});
    }
    return points;
  }

  private List<Svg.Key> keys() {
    List<Svg.Key> keys = new ArrayList<>();
    areas.forEach(a -> keys.add(new Svg.Key(a.name, a.color, Svg.Mark.FILL)));
    for (int i = 0; i < curves.size(); i++) {
      keys.add(new Svg.Key(curves.get(i).name, curves.get(i).color, mark(i)));
    }
    dots.forEach(d -> keys.add(new Svg.Key(d.name, d.color, Svg.Mark.POINT)));
    levels.forEach(l -> keys.add(new Svg.Key(l.name, l.color, Svg.Mark.DASHES)));
    return keys;
  }

  private Axis xAxis() {
    double min = Double.MAX_VALUE;
    double max = 0;
    for (List<Curve> kind : List.of(areas, curves, dots)) {
      for (Curve curve : kind) {
        for (double x : curve.xs) {
          min = Math.min(min, x);
          max = Math.max(max, x);
        }
      }
    }
    return xScale == Axis.Scale.LOGARITHMIC
        ? Axis.decades(min, max, LEFT, WIDTH - RIGHT)
        : new Axis(0, max > 0 ? max : 1, Axis.Scale.LINEAR, LEFT, WIDTH - RIGHT);
  }

  private double smallestY() {
    double smallest = ranges.stream().mapToDouble(Range::low).min().orElse(0);
    for (Curve curve : curves) {
      smallest = Math.min(smallest, Arrays.stream(curve.ys).min().orElse(0));
    }
    return smallest;
  }

  private double largestY() {
    double largest = levels.stream().mapToDouble(Level::y).max().orElse(0);
    largest = Math.max(largest, ranges.stream().mapToDouble(Range::high).max().orElse(0));
    for (List<Curve> kind : List.of(curves, dots)) {
      for (Curve curve : kind) {
        for (double y : curve.ys) {
          largest = Math.max(largest, y);
        }
      }
    }
    if (!areas.isEmpty()) {
      for (int i = 0; i < areas.getFirst().xs.length; i++) {
        double sum = 0;
        for (Curve area : areas) {
          sum += area.ys[i];
        }
        largest = Math.max(largest, sum);
      }
    }
    return largest;
  }
}

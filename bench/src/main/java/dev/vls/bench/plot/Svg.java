package dev.vls.bench.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes an SVG picture: dark on light, in pixels, y downwards. */
final class Svg {
  static final String INK = "#1b1f24";
  static final String FAINT = "#57606a";
  private static final String GRID = "#d8dee4";
  private static final double MARK = 4; // half of a mark's width
  private static final double CHARACTER = 7.4; // of the font below, on average
  private static final int LEGEND_ROW = 18;
  private static final int SWATCH = 11;

  private final StringBuilder out = new StringBuilder();
  private final int width;
  private int height;

  /** Where a text stands beside its point. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  /** What tells a series from another, also without colours. */
  enum Mark {
    CIRCLE,
    SQUARE,
    DIAMOND,
    TRIANGLE,
    WEDGE,
    CROSS,
    /** A single point that no curve goes through. */
    POINT,
    /** A bar or an area. */
    FILL,
    /** A dashed level. */
    DASHES
  }

  /** A name with its colour and its mark. */
  record Key(String name, String color, Mark mark) {}

  Svg(int width) {
    this.width = width;
  }

  int width() {
    return width;
  }

  void rectangle(double x, double y, double w, double h, String fill) {
    add(
        String.format(
            Locale.ROOT,
            "<rect x='%.1f' y='%.1f' width='%.1f' height='%.1f' fill='%s'/>",
            x,
            y,
            Math.max(0, w),
            h,
            fill));
  }

  void grid(double x1, double y1, double x2, double y2) {
    line(x1, y1, x2, y2, GRID);
  }

  void line(double x1, double y1, double x2, double y2, String color) {
    add(
        String.format(
            Locale.ROOT,
            "<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='%s'/>",
            x1,
            y1,
            x2,
            y2,
            color));
  }

  void dashes(double x1, double y1, double x2, double y2, String color) {
    add(
        String.format(
            Locale.ROOT,
            "<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='%s' stroke-width='1.5'"
                + " stroke-dasharray='6 4'/>",
            x1,
            y1,
            x2,
            y2,
            color));
  }

  /** Draws a mark around a point. */
  void mark(Mark mark, double x, double y, String color) {
    switch (mark) {
      case CIRCLE ->
          add(
              String.format(
                  Locale.ROOT,
                  "<circle cx='%.1f' cy='%.1f' r='%.1f' fill='%s'/>",
                  x,
                  y,
                  MARK,
                  color));
      case SQUARE, FILL -> rectangle(x - MARK, y - MARK, 2 * MARK, 2 * MARK, color);
      case DIAMOND -> around(x, y, color, 0, -1.4, 1.4, 0, 0, 1.4, -1.4, 0);
      case TRIANGLE -> around(x, y, color, 0, -1.2, 1.2, 1, -1.2, 1);
      case WEDGE -> around(x, y, color, 0, 1.2, 1.2, -1, -1.2, -1);
      case POINT ->
          around(x, y, color, 0, -2, 0.6, -0.6, 2, 0, 0.6, 0.6, 0, 2, -0.6, 0.6, -2, 0, -0.6, -0.6);
      case CROSS -> {
        line(x - MARK, y - MARK, x + MARK, y + MARK, color);
        line(x - MARK, y + MARK, x + MARK, y - MARK, color);
      }
      case DASHES -> dashes(x - SWATCH, y, x + SWATCH, y, color);
    }
  }

  private void around(double x, double y, String color, double... corners) {
    List<double[]> points = new ArrayList<>();
    for (int i = 0; i < corners.length; i += 2) {
      points.add(new double[] {x + MARK * corners[i], y + MARK * corners[i + 1]});
    }
    polygon(points, color);
  }

  void polygon(List<double[]> points, String fill) {
    add(String.format(Locale.ROOT, "<polygon points='%s' fill='%s'/>", join(points), fill));
  }

  void polyline(List<double[]> points, String color) {
    add(
        String.format(
            Locale.ROOT,
            "<polyline points='%s' fill='none' stroke='%s' stroke-width='2'/>",
            join(points),
            color));
  }

  void text(double x, double y, String words, Anchor anchor, String color) {
    add(
        String.format(
            Locale.ROOT,
            "<text x='%.1f' y='%.1f' text-anchor='%s' fill='%s'>%s</text>",
            x,
            y,
            anchor.name().toLowerCase(Locale.ROOT),
            color,
            escape(words)));
  }

  /** A number beside its mark, legible on whatever is behind it. */
  void value(double x, double y, String words) {
    add(
        String.format(
            Locale.ROOT,
            "<text x='%.1f' y='%.1f' fill='%s' stroke='#ffffff' stroke-width='3'"
                + " paint-order='stroke'>%s</text>",
            x,
            y,
            INK,
            escape(words)));
  }

  /** A text that reads upwards. */
  void upwards(double x, double y, String words) {
    add(
        String.format(
            Locale.ROOT,
            "<text transform='translate(%.1f %.1f) rotate(-90)' text-anchor='middle'"
                + " fill='%s'>%s</text>",
            x,
            y,
            FAINT,
            escape(words)));
  }

  /**
   * Draws names, colours and marks from the left, in as many rows as it takes; returns where it
   * ends.
   */
  int legend(int left, int top, List<Key> keys) {
    double x = left;
    int y = top;
    for (Key key : keys) {
      int symbol = key.mark == Mark.FILL ? SWATCH : 2 * SWATCH;
      double needed = symbol + 6 + textWidth(key.name) + 18;
      if (x > left && x + needed > width) {
        x = left;
        y += LEGEND_ROW;
      }
      symbol(key, x, y, symbol);
      text(x + symbol + 6, y + SWATCH - 1, key.name, Anchor.START, INK);
      x += needed;
    }
    return y + LEGEND_ROW + 6;
  }

  private void symbol(Key key, double x, double y, int symbol) {
    if (key.mark == Mark.FILL) {
      rectangle(x, y, SWATCH, SWATCH, key.color);
      return;
    }
    double middle = y + SWATCH / 2.0;
    if (key.mark != Mark.DASHES && key.mark != Mark.POINT) {
      line(x, middle, x + symbol, middle, key.color);
    }
    mark(key.mark, x + symbol / 2.0, middle, key.color);
  }

  static double textWidth(String words) {
    return words.length() * CHARACTER;
  }

  /** Returns the picture. */
  String finish(int fullHeight) {
    height = fullHeight;
    return String.format(
        Locale.ROOT,
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' width='%d' height='%d'"
            + " font-family='sans-serif' font-size='12' role='img'>%n"
            + "<rect width='100%%' height='100%%' fill='#ffffff'/>%n%s</svg>%n",
        width,
        height,
        width,
        height,
        out);
  }

  static String escape(String words) {
    return words
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("'", "&#39;")
        .replace("\"", "&quot;");
  }

  private void add(String element) {
    out.append(element).append('\n');
  }

  private static String join(List<double[]> points) {
    StringBuilder joined = new StringBuilder();
    for (double[] point : points) {
      joined.append(String.format(Locale.ROOT, "%.1f,%.1f ", point[0], point[1]));
    }
    return joined.toString().strip();
  }
}

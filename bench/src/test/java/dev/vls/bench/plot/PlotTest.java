package dev.vls.bench.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.bench.result.Distribution;
import dev.vls.bench.result.Finding;
import dev.vls.bench.result.Host;
import dev.vls.bench.result.QemuPair;
import dev.vls.bench.result.Report;
import dev.vls.bench.result.Samples;
import dev.vls.bench.result.Section;
import dev.vls.bench.result.TextTable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PlotTest {
  private static final Pattern TAG = Pattern.compile("<(/?)([a-z0-9]+)[^>]*?(/?)>");
  private static final Pattern VIEW = Pattern.compile("viewBox='0 0 (\\d+) (\\d+)'");
  private static final Pattern PLACE = Pattern.compile(" ([xy][12])='([-0-9.]+)'");
  private static final Pattern TEXT =
      Pattern.compile(
          "<text x='([-0-9.]+)' y='([-0-9.]+)'(?: text-anchor='(\\w+)')?[^>]*>([^<]*)<");

  @Test
  void shouldMarkRoundValuesWhenAnAxisBeginsAtZero() {
    Axis axis = Axis.fromZero(2.3, 100, 200);

    assertEquals(List.of(0.0, 0.5, 1.0, 1.5, 2.0, 2.5), axis.ticks());
    assertEquals(100, axis.at(0));
    assertEquals(200, axis.at(2.5));
    assertEquals(200, axis.at(7));
  }

  @Test
  void shouldHoldZeroAndMarkBothEndsWhenValuesLieBelowIt() {
    Axis axis = Axis.around(-15.3, 14, 100, 200);

    assertEquals(List.of(-20.0, -10.0, 0.0, 10.0, 20.0), axis.ticks());
    assertEquals(150, axis.at(0));
    assertEquals(List.of(-1.0, -0.8, -0.6, -0.4, -0.2, 0.0), rounded(Axis.around(-1, -0.5, 0, 1)));
  }

  private static List<Double> rounded(Axis axis) {
    return axis.ticks().stream().map(tick -> Math.round(tick * 1e6) / 1e6).toList();
  }

  @Test
  void shouldMarkDecadesWhenAnAxisIsLogarithmic() {
    Axis axis = Axis.decades(15, 9000, 0, 300);

    assertEquals(List.of(10.0, 100.0, 1000.0, 10_000.0), axis.ticks());
    assertEquals(100, axis.at(100), 1e-9);
    assertEquals(0, axis.at(-1), 1e-9);
  }

  @Test
  void shouldShortenLabelsWhenValuesAreLarge() {
    assertEquals("0", Axis.label(0));
    assertEquals("0.25", Axis.label(0.25));
    assertEquals("1,500", Axis.label(1500));
    assertEquals("15,000", Axis.label(15_000));
    assertEquals("-20", Axis.label(-20));
    assertEquals("2.5 M", Axis.label(2_500_000));
  }

  @Test
  void shouldDrawABarForEachValueThatThereIs() {
    String svg =
        new BarChart("times", 2)
            .series("plain", "#000000")
            .series("recorded", "#111111")
            .group("a<b", 1, 0.5)
            .group("none", 1, Double.NaN)
            .mark(1)
            .svg();

    assertEquals(3, count(svg, " fill='#000000'/>") + count(svg, " fill='#111111'/>") - 2);
    assertTrue(svg.contains(">a&lt;b</text>"), svg);
    assertTrue(svg.contains("stroke-dasharray"), svg);
    assertBalanced(svg);
  }

  @Test
  void shouldStackAreasAndMarkFiguresOfOthers() {
    String svg =
        new XyChart("s", "kB/s")
            .area("BRK", "#000000", new double[] {0, 1}, new double[] {1, 1})
            .area("SMA", "#111111", new double[] {0, 1}, new double[] {2, 3})
            .level("theirs", "#222222", 8)
            .svg();

    assertEquals(2, count(svg, "<polygon"));
    assertTrue(svg.contains(">8</text>"), svg);
    assertBalanced(svg);
    assertThrows(
        IllegalArgumentException.class,
        () -> new XyChart("", "").curve("c", "#000000", new double[1], new double[2]));
  }

  @Test
  void shouldKeepTextsInsideAndApartWhenBarsAreMany() {
    BarChart chart = new BarChart("speed of the whole process by wall time, more is faster", 2);
    List<String> series = List.of("plain", "record", "replay", "qemu", "qemu-icount", "vls record");
    series.forEach(name -> chart.series(name, "#000000"));
    for (int group = 0; group < 14; group++) {
      chart.group("Xen/VLS: kernel build " + group, 1, 0.98, 1234.56, 0.01 * group, Double.NaN, 7);
    }

    assertLegible(chart.rule().group("theirs", 1, 2, 3, 4, 5, 1_234_567).mark(1).svg());
    assertLegible(new BarChart("nothing", 0).svg());
  }

  @Test
  void shouldKeepTextsInsideAndApartWhenCurvesAreMany() {
    double[] xs = {11, 200, 99_000};
    XyChart chart = new XyChart("events per second", "cost of recording, %").logarithmicX();
    for (int curve = 0; curve < 9; curve++) {
      chart.curve(
          "a guest of some name, " + curve, "#000000", xs, new double[] {-3, curve, 999_999});
    }
    chart.point("thesis, SPEC CINT2006: 518 events/s, 0.65 %", "#000000", 518, 0.65);
    String svg = chart.range("#000000", 11, -99, 4).level("a level", "#000000", 12).svg();

    assertLegible(svg);
    assertTrue(svg.contains(">100,000</text>"), svg);
    assertTrue(svg.contains(">-200,000</text>"), svg);
  }

  @Test
  void shouldTellCurvesApartWithoutColoursWhenTheyAreSix() {
    XyChart chart = new XyChart("s", "MIPS");
    for (int curve = 0; curve < 6; curve++) {
      chart.curve("c" + curve, "#00000" + curve, new double[] {0, 1}, new double[] {1, curve});
    }
    String svg = chart.svg();

    Set<String> shapes = new HashSet<>();
    for (int curve = 0; curve < 6; curve++) {
      String color = "='#00000" + curve + "'";
      shapes.add(
          svg.lines()
              .filter(line -> line.contains(color) && !line.startsWith("<polyline"))
              .map(PlotTest::shape)
              .distinct()
              .sorted()
              .toList()
              .toString());
    }
    assertEquals(6, shapes.size(), shapes.toString());
  }

  /** Returns an element without where it is: its name and how its corners lie to the first. */
  private static String shape(String element) {
    Matcher points = Pattern.compile("points='([^']*)'").matcher(element);
    if (!points.find()) {
      return element.substring(1, element.indexOf(' '));
    }
    String[] corners = points.group(1).split("[ ,]", -1);
    StringBuilder shape = new StringBuilder("polygon");
    for (int i = 2; i < corners.length; i++) {
      shape.append(' ').append(Math.round(number(corners[i]) - number(corners[i % 2])));
    }
    return shape.toString();
  }

  @Test
  void shouldHoldEverythingAndNothingFromElsewhereWhenWrittenAsHtml() {
    TextTable table = new TextTable("guest", "n");
    table.row("x & y", "1");
    Report report =
        new Report(
            new Host("a CPU", 2, 100, "an OS", "a JVM", List.of(), 0.5, "2000-01-01T00:00:00Z"),
            "the command",
            List.of(new Section("a table", List.of("a note"), table)),
            List.of(new QemuPair("micro", "mmio", "plain / qemu", Distribution.of(1.875))),
            List.of(Finding.atMost("a promise", Distribution.of(3), 2, "%")),
            new Samples());

    String html =
        HtmlReport.of(report, List.of(new Plot("a plot", new BarChart("", 0).svg(), List.of())));

    assertTrue(html.contains("<td>x &amp; y</td>"), html);
    assertTrue(html.contains("<td class='MISSED'>MISSED</td>"), html);
    assertTrue(html.contains("<p class='notes'>taken by the host for others: unknown</p>"), html);
    assertTrue(html.indexOf("a plot") < html.indexOf("a table"), html);
    assertTrue(html.contains("<td>micro, mmio: plain / qemu</td><td>1.88</td>"), html);
    assertTrue(html.indexOf("slower than QEMU") < html.indexOf("a promise"), html);
    assertTrue(html.contains("<figure aria-label='a plot'>"), html);
    assertFalse(html.contains("<script"), html);
    assertFalse(html.contains("href"), html);
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }

  private record Box(String words, double left, double top, double right, double bottom) {
    boolean meets(Box other) {
      return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
    }
  }

  /** Level texts lie inside the picture and do not meet; all other elements start inside. */
  private static void assertLegible(String svg) {
    assertBalanced(svg);
    Matcher view = VIEW.matcher(svg);
    assertTrue(view.find(), svg);
    Box all = new Box("", 0, 0, number(view.group(1)), number(view.group(2)));
    List<Box> boxes = new ArrayList<>();
    Matcher texts = TEXT.matcher(svg);
    while (texts.find()) {
      Box box = box(texts);
      assertTrue(box.left >= 0 && box.right <= all.right, box + " in " + all);
      assertTrue(box.top >= 0 && box.bottom <= all.bottom, box + " in " + all);
      boxes.forEach(other -> assertFalse(box.meets(other), box + " meets " + other));
      boxes.add(box);
    }
    Matcher places = PLACE.matcher(svg);
    while (places.find()) {
      double end = places.group(1).startsWith("x") ? all.right : all.bottom;
      double place = number(places.group(2));
      assertTrue(place >= 0 && place <= end, places.group());
    }
  }

  private static Box box(Matcher text) {
    double x = number(text.group(1));
    double y = number(text.group(2));
    String words = text.group(4).replaceAll("&[a-z0-9#]+;", "x");
    double width = Svg.textWidth(words);
    double left =
        switch (text.group(3) == null ? "start" : text.group(3)) {
          case "middle" -> x - width / 2;
          case "end" -> x - width;
          default -> x;
        };
    return new Box(words, left, y - 9, left + width, y + 2);
  }

  private static double number(String text) {
    return Double.parseDouble(text);
  }

  /** Every element ends, in the right order. */
  private static void assertBalanced(String svg) {
    Deque<String> open = new ArrayDeque<>();
    Matcher tags = TAG.matcher(svg);
    while (tags.find()) {
      if (!tags.group(1).isEmpty()) {
        assertEquals(open.pop(), tags.group(2), svg);
      } else if (tags.group(3).isEmpty()) {
        open.push(tags.group(2));
      }
    }
    assertTrue(open.isEmpty(), svg);
  }
}

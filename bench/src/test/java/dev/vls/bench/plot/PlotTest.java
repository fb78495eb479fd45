package dev.vls.bench.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.bench.result.Distribution;
import dev.vls.bench.result.Finding;
import dev.vls.bench.result.Host;
import dev.vls.bench.result.Report;
import dev.vls.bench.result.Samples;
import dev.vls.bench.result.Section;
import dev.vls.bench.result.TextTable;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PlotTest {
  private static final Pattern TAG = Pattern.compile("<(/?)([a-z0-9]+)[^>]*?(/?)>");

  @Test
  void shouldMarkRoundValuesWhenAnAxisBeginsAtZero() {
    Axis axis = Axis.fromZero(2.3, 100, 200);

    assertEquals(List.of(0.0, 0.5, 1.0, 1.5, 2.0, 2.5), axis.ticks());
    assertEquals(100, axis.at(0));
    assertEquals(200, axis.at(2.5));
    assertEquals(200, axis.at(7));
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
    assertEquals("1500", Axis.label(1500));
    assertEquals("15 k", Axis.label(15_000));
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
  void shouldHoldEverythingAndNothingFromElsewhereWhenWrittenAsHtml() {
    TextTable table = new TextTable("guest", "n");
    table.row("x & y", "1");
    Report report =
        new Report(
            new Host("a CPU", 2, 100, "an OS", "a JVM", List.of(), 0.5, "2000-01-01T00:00:00Z"),
            "the command",
            List.of(new Section("a table", List.of("a note"), table)),
            List.of(Finding.atMost("a promise", Distribution.of(3), 2, "%")),
            new Samples());

    String html =
        HtmlReport.of(report, List.of(new Plot("a plot", new BarChart("", 0).svg(), List.of())));

    assertTrue(html.contains("<td>x &amp; y</td>"), html);
    assertTrue(html.contains("<td class='MISSED'>MISSED</td>"), html);
    assertTrue(html.indexOf("a plot") < html.indexOf("a table"), html);
    assertFalse(html.contains("<script"), html);
    assertFalse(html.contains("href"), html);
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
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

package dev.vls.bench.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vls.bench.result.Sample.Phase;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final Host HOST =
      new Host("a CPU", 2, 100, "an OS", "a JVM", List.of("-Xa"), 0.5, "2000-01-01T00:00:00Z");

  @Test
  void shouldAlignColumnsWhenCellsDifferInWidth() {
    TextTable table = new TextTable("guest", "n");
    table.row("a", "1,000");
    table.row("longer", "1");

    assertEquals(
        """
        guest       n
        ------  -----
        a       1,000
        longer      1
        """,
        table.text());
  }

  @Test
  void shouldRefuseARowWhenItHasAnotherNumberOfCells() {
    TextTable table = new TextTable("a", "b");

    assertThrows(IllegalArgumentException.class, () -> table.row("only one"));
    assertThrows(IllegalArgumentException.class, () -> table.row("x", Map.of("c", "no column")));
  }

  @Test
  void shouldFillWithDashesWhenOnlySomeCellsAreKnown() {
    TextTable table = new TextTable("guest", "a", "b");

    table.row("theirs", Map.of("b", "7"));

    assertEquals(List.of(List.of("theirs", "-", "7")), table.rows());
  }

  @Test
  void shouldSayEverythingInOrderWhenPrinted() {
    String text = report().text();

    assertTrue(text.startsWith("the command\n2000-01-01T00:00:00Z: a CPU, 2 cores, 100 MiB"), text);
    assertTrue(text.indexOf("load average at the start: 0.50") < text.indexOf("title\n\n"), text);
    assertTrue(text.indexOf("title\n\n") < text.indexOf("  a note\n"), text);
    assertTrue(text.indexOf("slower than QEMU\n\n") < text.indexOf("title\n\n"), text);
    assertTrue(
        text.endsWith("Targets\n\n  what: 1.00 %, target at most 2.00 %: MET by 1.00 %\n"), text);
  }

  @Test
  void shouldSayWhatTheHostTookWhenTheSystemTells() {
    Samples samples = new Samples();
    samples.add(taken(Phase.WARM_UP, 1, 1));
    samples.add(taken(Phase.STEADY, 5, 0.1));
    samples.add(taken(Phase.STEADY, 35, 0.06));
    samples.add(new Sample("s", "x", Variant.RECORD, Phase.STEADY, 2, Map.of(Metric.ELAPSED, 9.0)));
    String line =
        "taken by the host for others: 0.4 % of the time, 2.0 % of the run that was hit most";

    assertTrue(report(samples).text().contains("0.50\n" + line + "\n\n"), report(samples).text());

    samples.addRepeated();
    samples.addRepeated();
    assertTrue(report(samples).text().contains(line + "; rounds repeated: 2\n"));
    assertEquals(
        Map.of("share", 0.004, "most", 0.02, "repeated-rounds", 2.0),
        ((Map<?, ?>) Json.read(report(samples).json())).get("stolen"));
    assertTrue(report(samples).csv().contains(",STEADY,0,stolen,s,0.1\n"), report(samples).csv());
  }

  @Test
  void shouldSayThatItIsUnknownWhatTheHostTookWhenTheSystemDoesNotTell() {
    assertTrue(report().text().contains("0.50\ntaken by the host for others: unknown\n\n"));
    assertTrue(report().json().contains("\"share\": null"), report().json());
  }

  private static Sample taken(Phase phase, double elapsed, double stolen) {
    Map<Metric, Double> values = Map.of(Metric.ELAPSED, elapsed, Metric.STOLEN, stolen);
    return new Sample("s", "x", Variant.RECORD, phase, 0, values);
  }

  @Test
  void shouldListTheWorstFirstWhenQemuIsFaster() {
    Report report =
        report(pair("core", 0.5, 0.9), pair("sieve", 1.1, 1.2), pair("sha256", 2, 4), pair("none"));

    assertEquals(
        List.of(
            List.of("cpu, sha256: plain / qemu", "3.00 (2.00..4.00)"),
            List.of("cpu, sieve: plain / qemu", "1.15 (1.10..1.20)")),
        report.losses().table().rows());
    assertTrue(report.text().contains("  2 of 3 comparisons, the worst first"), report.text());
    Map<?, ?> root = (Map<?, ?>) Json.read(report.json());
    assertEquals(3.0, root.get("compared-with-qemu"));
    List<?> lost = (List<?>) root.get("slower-than-qemu");
    assertEquals(2, lost.size());
    assertEquals("sha256", ((Map<?, ?>) lost.getFirst()).get("subject"));
    assertEquals(3.0, ((Map<?, ?>) lost.getFirst()).get("median"));
  }

  @Test
  void shouldSaySoWhenNothingIsLostToQemu() {
    assertTrue(report().text().contains("QEMU\n\n  nothing was compared"), report().text());
    String won = report(pair("core", 0.5)).text();
    assertTrue(won.contains("QEMU\n\n  nowhere: VLS was faster in each of 1 "), won);
  }

  private static QemuPair pair(String subject, double... times) {
    return new QemuPair("cpu", subject, "plain / qemu", Distribution.of(times));
  }

  @Test
  void shouldHoldEverySampleWhenWrittenAsJson() {
    String json = report().json();

    assertTrue(json.contains("\"cpu\": \"a CPU\""), json);
    assertTrue(json.contains("\"guest\": \"x\""), json);
    assertTrue(json.contains("\"verdict\": \"MET\""), json);
    assertTrue(json.contains("\"variant\": \"record\""), json);
    assertTrue(json.contains("\"wall\": 1.5"), json);
  }

  @Test
  void shouldWriteValidJsonWhenValuesAreOdd() {
    Map<String, Object> odd = new LinkedHashMap<>();
    odd.put("text", "a \"quote\", \\, \n and \u0001");
    odd.put("numbers", Arrays.asList(1.0, 0.25, Double.NaN, 7, null));
    odd.put("none", List.of());
    odd.put("empty", Map.of());
    odd.put("truth", true);

    assertEquals(
        """
        {
          "text": "a \\"quote\\", \\\\, \\n and \\u0001",
          "numbers": [
            1,
            0.25,
            null,
            7,
            null
          ],
          "none": [],
          "empty": {},
          "truth": true
        }
        """,
        Json.write(odd));
  }

  @Test
  void shouldShowRangesWhenThereAreSeveralValues() {
    assertEquals("1,234", Numbers.fixed(1234, 0));
    assertEquals("-", Numbers.fixed(Double.NaN, 2));
    assertEquals("2.00 (1.00..4.00)", Numbers.ranged(Distribution.of(1, 2, 4), 2));
    assertEquals("2.0", Numbers.ranged(Distribution.of(2), 1));
    assertEquals("100 ±5%", Numbers.spread(Distribution.of(96, 100, 106), 0));
    assertEquals("+1.0% (-1.0%..+5.0%)", Numbers.overhead(Distribution.of(0.99, 1.01, 1.05)));
    assertEquals("-", Numbers.overhead(Distribution.NONE));
  }

  private static Report report(QemuPair... pairs) {
    Samples samples = new Samples();
    samples.add(new Sample("s", "x", Variant.RECORD, Phase.STEADY, 0, Map.of(Metric.WALL, 1.5)));
    return report(samples, pairs);
  }

  private static Report report(Samples samples, QemuPair... pairs) {
    TextTable table = new TextTable("guest", "n");
    table.row("x", "1");
    return new Report(
        HOST,
        "the command",
        List.of(new Section("title", List.of("a note"), table)),
        List.of(pairs),
        List.of(Finding.atMost("what", Distribution.of(1), 2, "%")),
        samples);
  }
}

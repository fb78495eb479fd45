package dev.vls.bench.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.vls.bench.result.Sample.Phase;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComparisonTest {
  @Test
  void shouldDivideRoundByRoundWhenBothMeasuredTheSame() {
    Comparison comparison = new Comparison();

    comparison.add(report(2.0), report(1.0));
    comparison.add(report(3.0), report(2.0));

    String slower = "+75.0% (+50.0%..+100.0%)";
    assertEquals(
        List.of(List.of("cpu", "x", "record", slower, slower, "-", "-")),
        comparison.section("other").table().rows());
  }

  @Test
  void shouldCompareTimePerInstructionWhenTheGuestDoesMore() {
    Comparison comparison = new Comparison();
    Map<Metric, Double> mine =
        Map.of(Metric.WALL, 2.0, Metric.INSTRUCTIONS, 400.0, Metric.STEADY_CPU, 1.0);
    Map<Metric, Double> other =
        Map.of(Metric.WALL, 1.0, Metric.INSTRUCTIONS, 100.0, Metric.STEADY_CPU, 0.5);

    comparison.add(report(mine), report(other));

    assertEquals(
        List.of(List.of("cpu", "x", "record", "-50.0%", "-", "+100.0%", "+300.0%")),
        comparison.section("other").table().rows());
  }

  @Test
  void shouldCompareWhenOnlyOneKnowsWhatTheHostTook() {
    Comparison comparison = new Comparison();

    comparison.add(
        report(Map.of(Metric.WALL, 2.0, Metric.ELAPSED, 3.0, Metric.STOLEN, 0.5)),
        report(Map.of(Metric.WALL, 1.0)));

    assertEquals(
        List.of(List.of("cpu", "x", "record", "+100.0%", "-", "-", "-")),
        comparison.section("other").table().rows());
  }

  @Test
  void shouldLeaveOutWhatOnlyOneHas() {
    Comparison comparison = new Comparison();

    comparison.add(report(2.0), "{\"samples\": []}");

    assertEquals(List.of(), comparison.section("other").table().rows());
  }

  @Test
  void shouldReadWhatIsWrittenWhenItIsJson() {
    Map<String, Object> odd = new LinkedHashMap<>();
    odd.put("text", "a \"quote\", \\, \n and \u0001");
    odd.put("numbers", Arrays.asList(1.0, 0.25, null, -7e-9));
    odd.put("none", List.of());
    odd.put("empty", Map.of());
    odd.put("truth", true);

    assertEquals(odd, Json.read(Json.write(odd)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "[1,]", "{\"a\" 1}", "\"a", "\"\\x\"", "tru", "1 2", "\"\\u00\""})
  void shouldSayWhereWhenItIsNoJson(String text) {
    assertThrows(IllegalArgumentException.class, () -> Json.read(text));
  }

  @Test
  void shouldRefuseDepthWhenJsonIsNestedWithoutEnd() {
    assertThrows(IllegalArgumentException.class, () -> Json.read("[".repeat(100_000)));
  }

  @Test
  void shouldRefuseWhatIsNoReport() {
    assertThrows(IllegalArgumentException.class, () -> new Comparison().add("[]", "[]"));
  }

  private static String report(double seconds) {
    return report(Map.of(Metric.WALL, seconds, Metric.CPU, seconds));
  }

  private static String report(Map<Metric, Double> values) {
    Samples samples = new Samples();
    samples.add(new Sample("cpu", "x", Variant.RECORD, Phase.WARM_UP, 0, Map.of(Metric.WALL, 9.0)));
    samples.add(new Sample("cpu", "x", Variant.RECORD, Phase.STEADY, 0, values));
    Host host = new Host("a CPU", 2, 100, "an OS", "a JVM", List.of(), 0.5, "2000");
    return new Report(host, "c", List.of(), List.of(), List.of(), samples).json();
  }
}

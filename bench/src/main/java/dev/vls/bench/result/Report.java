package dev.vls.bench.result;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * All that a bench run has to say.
 *
 * @param host what it ran on
 * @param command the options it ran with
 * @param sections tables, in order
 * @param pairs what was compared with QEMU
 * @param findings promises and what became of them
 * @param samples every run
 */
public record Report(
    Host host,
    String command,
    List<Section> sections,
    List<QemuPair> pairs,
    List<Finding> findings,
    Samples samples) {
  private static final int JSON_VERSION = 1;

  /** Copies the lists. */
  public Report {
    sections = List.copyOf(sections);
    pairs = List.copyOf(pairs);
    findings = List.copyOf(findings);
  }

  /** Returns where VLS is slower than QEMU, and by how much. */
  public Section losses() {
    return QemuPair.losses(pairs);
  }

  /** Returns what the host took of the runs for others. */
  public Stolen stolen() {
    return Stolen.of(samples);
  }

  /** Returns the report for a terminal. */
  public String text() {
    StringBuilder out = new StringBuilder(command).append('\n');
    out.append(host.text()).append(stolen().text()).append("\n\n");
    out.append(losses().text());
    sections.forEach(section -> out.append(section.text()));
    if (!findings.isEmpty()) {
      out.append("Targets\n\n");
      findings.forEach(finding -> out.append("  ").append(finding.text()).append('\n'));
    }
    return out.toString();
  }

  /** Returns every value of every sample as CSV (RFC 4180), with a header. */
  public String csv() {
    StringBuilder out = new StringBuilder("suite,subject,variant,phase,round,metric,unit,value\n");
    for (Sample sample : samples.all()) {
      sample
          .values()
          .forEach(
              (metric, value) ->
                  out.append(sample.suite())
                      .append(",\"")
                      .append(sample.subject().replace("\"", "\"\""))
                      .append("\",")
                      .append(sample.variant().label())
                      .append(',')
                      .append(sample.phase())
                      .append(',')
                      .append(sample.round())
                      .append(',')
                      .append(metric.label())
                      .append(',')
                      .append(metric.unit())
                      .append(',')
                      .append(value)
                      .append('\n'));
    }
    return out.toString();
  }

  /**
   * Returns the report as JSON: host, what it took for others, what was lost to QEMU, tables,
   * targets, every sample.
   */
  public String json() {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("version", JSON_VERSION);
    root.put("command", command);
    root.put("host", hostObject());
    root.put("stolen", stolenObject(stolen()));
    root.put("slower-than-qemu", QemuPair.lost(pairs).stream().map(Report::pairObject).toList());
    root.put("compared-with-qemu", pairs.stream().filter(QemuPair::known).count());
    root.put("sections", sections.stream().map(Report::sectionObject).toList());
    root.put("targets", findings.stream().map(Report::findingObject).toList());
    root.put("samples", samples.all().stream().map(Report::sampleObject).toList());
    root.put("traces", samples.all().stream().flatMap(this::traceObject).toList());
    return Json.write(root);
  }

  private Map<String, Object> hostObject() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("began", host.began());
    object.put("cpu", host.cpu());
    object.put("cores", host.cores());
    object.put("memory-mib", host.memoryMib());
    object.put("system", host.system());
    object.put("jvm", host.jvm());
    object.put("flags", host.flags());
    object.put("load", host.load());
    return object;
  }

  private static Map<String, Object> stolenObject(Stolen stolen) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("share", stolen.share());
    object.put("most", stolen.most());
    object.put("repeated-rounds", stolen.repeated());
    return object;
  }

  private static Map<String, Object> sectionObject(Section section) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("title", section.title());
    object.put("notes", section.notes());
    List<Map<String, Object>> rows = new ArrayList<>();
    for (List<String> row : section.table().rows()) {
      Map<String, Object> cells = new LinkedHashMap<>();
      for (int column = 0; column < row.size(); column++) {
        cells.put(section.table().header().get(column), row.get(column));
      }
      rows.add(cells);
    }
    object.put("rows", rows);
    return object;
  }

  private static Map<String, Object> findingObject(Finding finding) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("what", finding.what());
    object.put("unit", finding.unit());
    object.put("limit", finding.limit());
    put(object, finding.measured());
    object.put("verdict", finding.verdict().name());
    return object;
  }

  private static Map<String, Object> pairObject(QemuPair pair) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("suite", pair.suite());
    object.put("subject", pair.subject());
    object.put("compared", pair.compared());
    put(object, pair.times());
    return object;
  }

  private static void put(Map<String, Object> object, Distribution values) {
    object.put("median", values.median());
    object.put("min", values.min());
    object.put("max", values.max());
    object.put("count", values.count());
  }

  private static Map<String, Object> sampleObject(Sample sample) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("suite", sample.suite());
    object.put("subject", sample.subject());
    object.put("variant", sample.variant().label());
    object.put("phase", sample.phase().name());
    object.put("round", sample.round());
    Map<String, Object> values = new LinkedHashMap<>();
    sample.values().forEach((metric, value) -> values.put(metric.label(), value));
    object.put("values", values);
    return object;
  }

  /** The trace of a variant's last counted run. */
  private Stream<Map<String, Object>> traceObject(Sample sample) {
    return samples
        .trace(sample.suite(), sample.subject(), sample.variant())
        .filter(last -> sample.trace().filter(own -> own.equals(last)).isPresent())
        .map(trace -> traceObject(sample, trace.points()))
        .stream();
  }

  private static Map<String, Object> traceObject(Sample sample, List<Trace.Point> points) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("suite", sample.suite());
    object.put("subject", sample.subject());
    object.put("variant", sample.variant().label());
    object.put("wall", points.stream().map(Trace.Point::wall).toList());
    object.put("cpu", points.stream().map(Trace.Point::cpu).toList());
    object.put("steps", points.stream().map(Trace.Point::steps).toList());
    object.put("brk-bytes", points.stream().map(Trace.Point::brkBytes).toList());
    object.put("sma-bytes", points.stream().map(Trace.Point::smaBytes).toList());
    return object;
  }
}

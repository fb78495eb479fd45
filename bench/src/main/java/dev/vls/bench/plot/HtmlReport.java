package dev.vls.bench.plot;

import dev.vls.bench.result.Finding;
import dev.vls.bench.result.Report;
import dev.vls.bench.result.Section;
import java.util.List;

/** The report as one HTML file that needs nothing else. */
public final class HtmlReport {
  private static final String STYLE =
      """
      body { font: 15px/1.45 sans-serif; color: #1b1f24; background: #ffffff; max-width: 62em;
             margin: 2em auto; padding: 0 1em; }
      h1 { font-size: 1.5em; } h2 { font-size: 1.15em; margin-top: 2.2em; }
      table { border-collapse: collapse; margin: .6em 0; font-size: .87em; display: block; overflow-x: auto; }
      th, td { padding: .25em .7em; border-bottom: 1px solid #d8dee4; text-align: right; white-space: nowrap; }
      th:first-child, td:first-child { text-align: left; }
      .targets td { text-align: left; white-space: normal; }
      .notes { color: #57606a; font-size: .87em; margin: .3em 0; }
      .MET { color: #116329; } .MISSED { color: #a40e26; font-weight: bold; } .UNKNOWN { color: #57606a; }
      figure { margin: 0; overflow-x: auto; }
      svg { max-width: 100%; min-width: 700px; height: auto; }
      """;

  private HtmlReport() {}

  /** Returns the file's text. */
  public static String of(Report report, List<Plot> plots) {
    StringBuilder out = new StringBuilder("<!doctype html>\n<html lang='en'><head>");
    out.append("<meta charset='utf-8'><meta name='viewport' content='width=device-width'>\n");
    out.append("<title>VLS benchmarks</title>\n<style>\n");
    out.append(STYLE).append("</style></head><body>\n<h1>VLS benchmarks</h1>\n");
    paragraph(out, report.command());
    for (String line : report.host().text().lines().toList()) {
      paragraph(out, line);
    }
    paragraph(out, report.stolen().text());
    section(out, report.losses());
    targets(out, report.findings());
    plots.forEach(plot -> plot(out, plot));
    report.sections().forEach(section -> section(out, section));
    return out.append("</body></html>\n").toString();
  }

  private static void targets(StringBuilder out, List<Finding> findings) {
    if (findings.isEmpty()) {
      return;
    }
    out.append("<h2>Targets</h2>\n<table class='targets'>\n");
    for (Finding finding : findings) {
      out.append("<tr><td class='").append(finding.verdict()).append("'>");
      out.append(finding.verdict()).append("</td><td>");
      out.append(Svg.escape(finding.text())).append("</td></tr>\n");
    }
    out.append("</table>\n");
  }

  private static void plot(StringBuilder out, Plot plot) {
    heading(out, plot.title());
    out.append("<figure aria-label='").append(Svg.escape(plot.title())).append("'>\n");
    out.append(plot.svg()).append("</figure>\n");
    plot.notes().forEach(note -> paragraph(out, note));
  }

  private static void section(StringBuilder out, Section section) {
    heading(out, section.title());
    if (!section.table().rows().isEmpty()) {
      table(out, section);
    }
    section.notes().forEach(note -> paragraph(out, note));
  }

  private static void table(StringBuilder out, Section section) {
    out.append("<table>\n<tr>");
    section.table().header().forEach(cell -> cell(out, "th", cell));
    out.append("</tr>\n");
    for (List<String> row : section.table().rows()) {
      out.append("<tr>");
      row.forEach(cell -> cell(out, "td", cell));
      out.append("</tr>\n");
    }
    out.append("</table>\n");
  }

  private static void heading(StringBuilder out, String words) {
    out.append("<h2>").append(Svg.escape(words)).append("</h2>\n");
  }

  private static void paragraph(StringBuilder out, String words) {
    out.append("<p class='notes'>").append(Svg.escape(words)).append("</p>\n");
  }

  private static void cell(StringBuilder out, String tag, String words) {
    out.append('<').append(tag).append('>').append(Svg.escape(words));
    out.append("</").append(tag).append('>');
  }
}

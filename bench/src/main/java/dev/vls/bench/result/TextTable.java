package dev.vls.bench.result;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A table of text: the first column to the left, all others to the right. */
public final class TextTable {
  private static final String GAP = "  ";

  private final List<String> header;
  private final List<List<String>> rows = new ArrayList<>();

  /** Creates a table with these columns. */
  public TextTable(String... header) {
    this.header = List.of(header);
  }

  /**
   * Adds a row.
   *
   * @throws IllegalArgumentException if it has another number of cells than there are columns
   */
  public void row(String... cells) {
    if (cells.length != header.size()) {
      throw new IllegalArgumentException(
          "a row of %d cells in a table of %d columns".formatted(cells.length, header.size()));
    }
    rows.add(List.of(cells));
  }

  /**
   * Adds a row of which only some cells are known; dashes stand in the others.
   *
   * @param first the first column's
   * @param cells others, by column name
   * @throws IllegalArgumentException if there is no such column
   */
  public void row(String first, Map<String, String> cells) {
    if (!header.containsAll(cells.keySet())) {
      throw new IllegalArgumentException("%s are not all in %s".formatted(cells.keySet(), header));
    }
    rows.add(
        IntStream.range(0, header.size())
            .mapToObj(i -> i == 0 ? first : cells.getOrDefault(header.get(i), Numbers.ABSENT))
            .toList());
  }

  /** Returns the column names. */
  public List<String> header() {
    return header;
  }

  /** Returns the rows. */
  public List<List<String>> rows() {
    return List.copyOf(rows);
  }

  /** Returns the table as lines, each ending with a line feed. */
  public String text() {
    int[] widths = widths();
    StringBuilder out = new StringBuilder();
    line(out, header, widths);
    List<String> rule = new ArrayList<>();
    for (int width : widths) {
      rule.add("-".repeat(width));
    }
    line(out, rule, widths);
    rows.forEach(row -> line(out, row, widths));
    return out.toString();
  }

  private int[] widths() {
    int[] widths = new int[header.size()];
    List<List<String>> lines = new ArrayList<>(rows);
    lines.add(header);
    for (List<String> cells : lines) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], cells.get(column).length());
      }
    }
    return widths;
  }

  private static void line(StringBuilder out, List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      String cell = cells.get(column);
      String padding = " ".repeat(widths[column] - cell.length());
      line.append(column == 0 ? cell + padding : GAP + padding + cell);
    }
    out.append(line.toString().stripTrailing()).append('\n');
  }
}

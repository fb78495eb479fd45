package dev.vls.vmm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code docs/determinism.md} as data: the table below each heading, a map from column to cell. */
public final class DeterminismPage {
  private final Map<String, List<Map<String, String>>> tables = new LinkedHashMap<>();
  private String heading = "";
  private List<String> columns = List.of();

  private DeterminismPage() {}

  /** Reads the page of this source tree. */
  public static DeterminismPage read() {
    Path page = Path.of(System.getProperty("vls.root", ".."), "docs", "determinism.md");
    DeterminismPage read = new DeterminismPage();
    try {
      Files.readAllLines(page).forEach(read::line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return read;
  }

  /** Returns the rows of the only table below {@code heading}. */
  public List<Map<String, String>> table(String heading) {
    List<Map<String, String>> rows = tables.get(heading);
    if (rows == null) {
      throw new IllegalArgumentException(
          "docs/determinism.md has no table below \"" + heading + "\", only " + tables.keySet());
    }
    return rows;
  }

  /** Returns all tables by their heading. */
  public Map<String, List<Map<String, String>>> tables() {
    return tables;
  }

  private void line(String line) {
    if (line.startsWith("## ")) {
      heading = line.substring(3);
    }
    if (!line.startsWith("|")) {
      columns = List.of();
      return;
    }
    List<String> cells = cells(line);
    if (columns.isEmpty()) {
      columns = cells;
    } else if (!cells.getFirst().startsWith("---")) {
      add(cells);
    }
  }

  private void add(List<String> cells) {
    if (cells.size() != columns.size()) {
      throw new IllegalArgumentException(
          "a row of " + cells.size() + " cells for " + columns + ": " + cells);
    }
    Map<String, String> row = new LinkedHashMap<>();
    for (int i = 0; i < cells.size(); i++) {
      row.put(columns.get(i), cells.get(i));
    }
    tables.computeIfAbsent(heading, key -> new ArrayList<>()).add(row);
  }

  private static List<String> cells(String line) {
    List<String> cells = new ArrayList<>();
    String[] parts = line.split("\\|", -1);
    for (int i = 1; i < parts.length - 1; i++) {
      cells.add(parts[i].strip());
    }
    return cells;
  }
}

package dev.vls.bench.result;

import java.util.List;

/**
 * A table of a report with the words that it needs to be read.
 *
 * @param title what it shows
 * @param notes what its columns mean
 * @param table the numbers
 */
public record Section(String title, List<String> notes, TextTable table) {
  /** Copies the notes. */
  public Section {
    notes = List.copyOf(notes);
  }

  /** Returns title, table if it has rows, and notes as lines. */
  public String text() {
    StringBuilder out = new StringBuilder(title).append("\n\n");
    if (!table.rows().isEmpty()) {
      out.append(table.text());
    }
    notes.forEach(note -> out.append("  ").append(note).append('\n'));
    return out.append('\n').toString();
  }
}

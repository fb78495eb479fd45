package dev.vls.bench.plot;

import java.util.List;

/**
 * A picture with the words that it needs.
 *
 * @param title what it shows
 * @param svg the picture, an {@code svg} element
 * @param notes how to read it, and what differs from figures of others that it shows
 */
public record Plot(String title, String svg, List<String> notes) {
  /** Copies the notes. */
  public Plot {
    notes = List.copyOf(notes);
  }
}

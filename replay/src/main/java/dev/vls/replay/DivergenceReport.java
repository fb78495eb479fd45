package dev.vls.replay;

import dev.vls.vmm.Position;
import java.util.List;

/**
 * What is known about the first instant at which a replay differs from its recording.
 *
 * @param position where the replayed machine stands
 * @param what which check failed
 * @param expected what the recording says
 * @param found what the replay has
 * @param machine registers of the replayed machine
 * @param lastEvents the newest events before, oldest first
 */
public record DivergenceReport(
    Position position,
    String what,
    String expected,
    String found,
    String machine,
    List<String> lastEvents) {
  /** Copies the list. */
  public DivergenceReport {
    lastEvents = List.copyOf(lastEvents);
  }

  /** Returns the finding in one sentence. */
  public String headline() {
    return "replay differs at position "
        + position
        + ": "
        + what
        + " was "
        + expected
        + " when recorded and is "
        + found;
  }

  /** Returns the whole report as text. */
  public String text() {
    return headline()
        + "\n\nlast events\n  "
        + String.join("\n  ", lastEvents.isEmpty() ? List.of("none") : lastEvents)
        + "\n\nreplayed machine\n"
        + machine.indent(2);
  }
}

package dev.vls.log;

import java.util.List;
import java.util.Objects;

/**
 * Everything committed at one instruction boundary: all of it or none (DESIGN section 4).
 *
 * @param sma stores of SMA programs, in order
 * @param brk the instant, and what the VMM itself changes there, after the SMA stores
 */
public record Event(List<SmaFrame> sma, BrkFrame brk) {
  /** Copies the list. */
  public Event {
    sma = List.copyOf(sma);
    Objects.requireNonNull(brk, "brk");
  }

  /** Returns where it happens. */
  public LogPosition position() {
    return brk.position();
  }
}

package dev.vls.sma;

import dev.vls.vmm.FrameUpdate;
import java.util.List;

/**
 * The stores of one committed program, with every source resolved to bytes.
 *
 * @param channel number of the channel, for statistics only; {@link #TIME} for the time page
 * @param updates stores in order
 */
public record Transfer(int channel, List<FrameUpdate> updates) {
  /** Channel number of the time page. */
  public static final int TIME = 0;

  /** Copies the list. */
  public Transfer {
    updates = List.copyOf(updates);
  }
}

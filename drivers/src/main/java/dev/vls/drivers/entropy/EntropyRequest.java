package dev.vls.drivers.entropy;

import dev.vls.drivers.ring.Stretch;
import dev.vls.drivers.ring.Ticket;
import dev.vls.sma.OutputMessage;
import dev.vls.vmm.StateExchange;
import dev.vls.vmm.StateSink;
import java.util.List;

/**
 * The guest wants random bytes. Immutable.
 *
 * @param ticket for its completion; the result is empty
 * @param room where the bytes go: all of it is to be filled
 */
public record EntropyRequest(Ticket ticket, List<Stretch> room) implements OutputMessage {
  /** Copies the list. */
  public EntropyRequest {
    room = List.copyOf(room);
  }

  /**
   * Passes a request as state.
   *
   * @param request null if it is to come back
   */
  static EntropyRequest exchange(StateExchange exchange, Ticket ticket, EntropyRequest request) {
    List<Stretch> room = request == null ? List.of() : request.room;
    return new EntropyRequest(ticket, Stretch.exchange(exchange, room));
  }

  @Override
  public Effect effect() {
    return Effect.INTERNAL;
  }

  @Override
  public void digest(StateSink sink) {
    ticket.digest(sink);
    room.forEach(stretch -> stretch.digest(sink));
  }
}

package dev.vls.drivers.net;

import dev.vls.drivers.ring.Stretch;
import dev.vls.drivers.ring.Ticket;
import dev.vls.sma.OutputMessage;
import dev.vls.sma.Program;
import dev.vls.vmm.StateSink;
import java.util.List;

/** What a network card's port tells its back-end. Immutable. */
public sealed interface NetMessage extends OutputMessage {

  /**
   * The guest sends a frame.
   *
   * @param frame from the destination address on, without checksum: not to be modified
   */
  record Transmit(byte[] frame) implements NetMessage {
    @Override
    public Effect effect() {
      return Effect.EXTERNAL;
    }

    @Override
    public long weight() {
      return frame.length;
    }

    @Override
    public void digest(StateSink sink) {
      sink.block(frame);
    }
  }

  /**
   * The guest has room for a frame.
   *
   * @param ticket for its completion
   * @param room where the frame goes
   */
  record Room(Ticket ticket, List<Stretch> room) implements NetMessage {
    /** Copies the list. */
    public Room {
      room = List.copyOf(room);
    }

    /** Adds to a program that a frame of {@code length} bytes is there. */
    public Program complete(Program program, int length) {
      byte[] result = new byte[Integer.BYTES];
      for (int i = 0; i < result.length; i++) {
        result[i] = (byte) (length >>> Byte.SIZE * i);
      }
      return ticket.complete(program, result);
    }

    @Override
    public Effect effect() {
      return Effect.INTERNAL;
    }

    @Override
    public void digest(StateSink sink) {
      ticket.digest(sink);
      for (Stretch stretch : room) {
        stretch.digest(sink);
      }
    }
  }

  /** The guest has taken back all room that it gave so far. */
  record NoRoom() implements NetMessage {
    @Override
    public Effect effect() {
      return Effect.INTERNAL;
    }

    @Override
    public void digest(StateSink sink) {
      sink.word(0);
    }
  }
}

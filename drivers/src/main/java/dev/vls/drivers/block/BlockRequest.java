package dev.vls.drivers.block;

import dev.vls.drivers.ring.Stretch;
import dev.vls.drivers.ring.Ticket;
import dev.vls.sma.OutputMessage;
import dev.vls.sma.Program;
import dev.vls.vmm.StateExchange;
import dev.vls.vmm.StateSink;
import java.util.List;

/**
 * A block request that is well formed: its sectors lie on the disk and its pages are granted.
 * Immutable.
 *
 * @param ticket for its completion
 * @param id the guest's name of it; the response repeats it
 * @param operation what to do
 * @param ringOperation the number of the operation on the ring
 * @param sector first sector on the disk
 * @param sectors how many; 0 for a flush
 * @param segments where data read goes, in order; empty for other operations
 * @param data what to write: not to be modified; empty but for writes and flushes that carry some
 */
public record BlockRequest(
    Ticket ticket,
    long id,
    Operation operation,
    int ringOperation,
    long sector,
    int sectors,
    List<Stretch> segments,
    byte[] data)
    implements OutputMessage {
  private static final int MOST_SAVED_BYTES = 16 << 20;
  private static final BlockRequest NONE =
      new BlockRequest(null, 0, Operation.READ, 0, 0, 0, List.of(), new byte[0]);

  /** What is asked for. */
  public enum Operation {
    /** Disk to guest. */
    READ(0),
    /** Guest to disk. */
    WRITE(1),
    /** Everything completed so far, and the data if there is any, survives a power failure. */
    FLUSH(2),
    /** The sectors' content is of no interest any more. */
    DISCARD(3),
    /** The sectors read as zeros from here on. */
    WRITE_ZEROES(4);

    private final int code;

    Operation(int code) {
      this.code = code;
    }
  }

  /**
   * Passes a request as state.
   *
   * @param request null if it is to come back
   */
  static BlockRequest exchange(StateExchange exchange, Ticket ticket, BlockRequest request) {
    BlockRequest from = request == null ? NONE : request;
    return new BlockRequest(
        ticket,
        exchange.word(from.id),
        exchange.choice(from.operation, Operation.values()),
        exchange.number(from.ringOperation),
        exchange.word(from.sector),
        exchange.number(from.sectors, 0, Integer.MAX_VALUE),
        Stretch.exchange(exchange, from.segments),
        exchange.block(from.data, MOST_SAVED_BYTES));
  }

  /** Copies the list. */
  public BlockRequest {
    segments = List.copyOf(segments);
  }

  /** Adds to a program that the request is done, well or not. */
  public Program complete(Program program, Status status) {
    return ticket.complete(program, new byte[] {(byte) status.code, (byte) (status.code >> 8)});
  }

  /** How a request ended. */
  public enum Status {
    /** Done. */
    OKAY(BlkifLayout.RSP_OKAY),
    /** Not done, or not wholly. */
    ERROR(BlkifLayout.RSP_ERROR);

    private final int code;

    Status(int code) {
      this.code = code;
    }
  }

  @Override
  public Effect effect() {
    return operation == Operation.READ ? Effect.INTERNAL : Effect.EXTERNAL;
  }

  @Override
  public long weight() {
    return data.length;
  }

  @Override
  public void digest(StateSink sink) {
    ticket.digest(sink);
    sink.word(id);
    sink.word(operation.code);
    sink.word(sector);
    sink.word(sectors);
    for (Stretch segment : segments) {
      segment.digest(sink);
    }
    sink.block(data);
  }
}

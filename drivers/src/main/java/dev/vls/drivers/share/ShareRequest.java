package dev.vls.drivers.share;

import dev.vls.drivers.ring.Stretch;
import dev.vls.drivers.ring.Ticket;
import dev.vls.sma.OutputMessage;
import dev.vls.vmm.StateException;
import dev.vls.vmm.StateExchange;
import dev.vls.vmm.StateSink;
import java.util.List;

/**
 * The guest wants to know something about the share. Immutable.
 *
 * @param ticket for its completion; the result is an {@link AnswerLayout}
 * @param operation what it wants to know
 * @param tag the guest's name of the message
 * @param fid which of its numbers the answer is about
 * @param path the place
 * @param names where to walk from there; empty for other operations
 * @param identity the {@code path} of the qid that the place has to have, or 0 for any
 * @param offset where to read
 * @param room where data goes; all of it need not be filled
 */
public record ShareRequest(
    Ticket ticket,
    Operation operation,
    int tag,
    int fid,
    SharePath path,
    List<String> names,
    long identity,
    long offset,
    List<Stretch> room)
    implements OutputMessage {
  private static final int MAX_NAME_AS_UTF8 = 2 * 255;
  private static final ShareRequest NONE =
      new ShareRequest(null, Operation.WALK, 0, 0, SharePath.ROOT, List.of(), 0, 0, List.of());

  /** What can be asked for. */
  public enum Operation {
    /** The qid of the root. */
    ATTACH(NinePLayout.TATTACH, NinePLayout.QID_BYTES),
    /** The qid of each place on a way. */
    WALK(NinePLayout.TWALK, 2),
    /** What is known of a place. */
    ATTRIBUTES(NinePLayout.TGETATTR, 0),
    /** The qid of a file or directory that can be read. */
    OPEN(NinePLayout.TLOPEN, NinePLayout.QID_BYTES + 4),
    /** A part of a file. */
    READ(NinePLayout.TREAD, 4),
    /** Entries of a directory. */
    LIST(NinePLayout.TREADDIR, 4),
    /** What a symbolic link says. */
    LINK(NinePLayout.TREADLINK, 2),
    /** The size of the file system. */
    SPACE(NinePLayout.TSTATFS, 0),
    /** Nothing: is done when everything before is. */
    NOTHING(NinePLayout.TFLUSH, 0);

    private final int type;
    private final int fieldBytes;

    Operation(int type, int fieldBytes) {
      this.type = type;
      this.fieldBytes = fieldBytes;
    }

    /** Returns the type of the answer. */
    int answerType() {
      return type + 1;
    }

    /** Returns how long the fields are that the answer's data is behind. */
    int fieldBytes() {
      return fieldBytes;
    }
  }

  /** Copies the lists. */
  public ShareRequest {
    names = List.copyOf(names);
    room = List.copyOf(room);
  }

  /** Returns where a walk ends. */
  SharePath destination() {
    SharePath place = path;
    for (String name : names) {
      place = place.step(name);
    }
    return place;
  }

  /**
   * Passes a request as state.
   *
   * @param request null if it is to come back
   */
  static ShareRequest exchange(StateExchange exchange, Ticket ticket, ShareRequest request) {
    ShareRequest from = request == null ? NONE : request;
    ShareRequest passed =
        new ShareRequest(
            ticket,
            exchange.choice(from.operation, Operation.values()),
            exchange.number(from.tag),
            exchange.number(from.fid),
            Fid.exchange(exchange, from.path),
            exchange.list(from.names, NinePLayout.MAX_NAMES, name -> name(exchange, name)),
            exchange.word(from.identity),
            exchange.word(from.offset),
            Stretch.exchange(exchange, from.room));
    if (passed.destinationOctets() > SharePath.MAX_OCTETS) {
      throw new StateException("the saved state walks to where there is nothing");
    }
    return passed;
  }

  private int destinationOctets() {
    return path.octets().length() + names.stream().mapToInt(name -> 1 + name.length()).sum();
  }

  private static String name(StateExchange exchange, String name) {
    String passed = exchange.text(name == null ? "" : name, MAX_NAME_AS_UTF8);
    if (exchange.restores() && SharePath.errorOf(passed) != 0) {
      throw new StateException("the saved state has a name that no file has");
    }
    return passed;
  }

  /** The host's files stay as they are, so nobody notices. */
  @Override
  public Effect effect() {
    return Effect.INTERNAL;
  }

  @Override
  public void digest(StateSink sink) {
    ticket.digest(sink);
    ShareRequest.exchange(StateExchange.saving(sink), ticket, this);
  }
}
